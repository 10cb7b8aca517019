#!/bin/sh
# The command of a slice: says in which cgroup it is, a variable of its environment, and a line on standard error; exits with the code that it is told on
# standard input.
echo "in $(sed -n 's/^0:://p' /proc/self/cgroup)"
echo 'no error' >&2
echo "MARK is ${MARK-not there}"
read -r code
exit "$code"
