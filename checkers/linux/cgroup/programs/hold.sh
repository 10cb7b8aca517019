#!/bin/sh
# The command of a slice: says in which cgroup it is, and exits with the code that it is told on standard input.
echo "in $(sed -n 's/^0:://p' /proc/self/cgroup)"
read -r code
exit "$code"
