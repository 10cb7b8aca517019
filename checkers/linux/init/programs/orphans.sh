#!/bin/sh
# Leaves $1 orphans behind that live until they are killed, the first of them in a session of its own, and $3 that exit 9
# when they are told to through the fifo $2.N (N from 1); says "ready", then exits with the code that it reads from $2.
mkfifo "$2" "$2.0"
# The subshell ends at once; what it started are orphans then. All but the first wait for a writer that never comes: without a
# program of their own, since hundreds of them would cost more than all that they are for.
(
  setsid sleep 100000 &
  n=1
  while [ "$n" -lt "$1" ]; do
    read -r _ <"$2.0" &
    n=$((n + 1))
  done
)
n=0
while [ "$n" -lt "${3:-0}" ]; do
  n=$((n + 1))
  mkfifo "$2.$n"
  (sh -c 'read -r _ <"$0"; exit 9' "$2.$n" &)
done
echo ready
read -r code <"$2"
exit "$code"
