#!/bin/sh
# Leaves two processes behind: one in a session of its own, and one in a cgroup that it makes two levels below its own. Exits with the code
# that it is told on standard input.
own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
mkdir -p "$own/below/it" || exit 1
setsid sleep 100000 >/dev/null 2>&1 </dev/null &
sh -c 'echo 0 >"$0/below/it/cgroup.procs" && exec sleep 100000' "$own" >/dev/null 2>&1 </dev/null &
echo ready
read -r code
exit "$code"
