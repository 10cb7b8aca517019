#!/bin/sh
# keepers DIR: two processes, a and b, each of which starts the other one again as soon as that has ended, and one that sleeps in a
# cgroup two levels below theirs. Each of the two holds the writing end of its own fifo open: the other one reads end-of-file when it is gone.
dir=$1 me=$2 other=a
if [ -z "$me" ]; then
  mkfifo "$dir/a" "$dir/b" || exit 1
  own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
  mkdir -p "$own/below/it" || exit 1
  # In real time, where that is allowed: whoever ends the two one by one waits while one of them can run.
  chrt --fifo --pid 1 $$ 2>/dev/null || :
  sh -c 'echo 0 >"$0/below/it/cgroup.procs" && exec sleep 100000' "$own" &
  sh "$0" "$dir" a &
  me=b
fi
[ "$me" = b ] || other=b
while :; do
  # Opening a fifo waits for whoever opens the other end: both in the same order.
  if [ "$me" = a ]; then exec 3>"$dir/a" 4<"$dir/b"; else exec 4<"$dir/a" 3>"$dir/b"; fi
  echo "$me keeps $other"
  read -r line <&4
  exec 3>&- 4<&-
  sh "$0" "$dir" "$other" &
done
