#!/bin/sh
# keepers DIR: two processes, a and b, each of which starts the other one again as soon as that has ended. Each holds the
# writing end of its own fifo open: the other one reads end-of-file when it is gone.
dir=$1 me=$2 other=a
if [ -z "$me" ]; then
  mkfifo "$dir/a" "$dir/b" || exit 1
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
