#!/bin/sh
# Leaves $1 orphans behind that live until they are killed, says "ready", then exits with the code that it reads from
# the fifo $2.
mkfifo "$2"
n=0
while [ "$n" -lt "$1" ]; do
  # The subshell ends at once; what it started is an orphan then.
  (sleep 100000 &)
  n=$((n + 1))
done
echo ready
read -r code <"$2"
exit "$code"
