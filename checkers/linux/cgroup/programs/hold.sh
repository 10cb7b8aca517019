#!/bin/sh
# The command of a slice: says in which cgroup it is, and a variable of its environment; exits with the code that it is told on
# standard input.
echo "in $(sed -n 's/^0:://p' /proc/self/cgroup)"
echo "MARK is ${MARK-not there}"
read -r code
exit "$code"
