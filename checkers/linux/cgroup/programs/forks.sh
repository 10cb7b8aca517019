#!/bin/sh
# forks N: starts N processes, one after the other, and says how many there are. A shell ends when it can't fork: so a
# second one does it.
(
  i=0
  while [ "$i" -lt "$1" ]; do
    sleep 100000 &
    i=$((i + 1))
    echo "forked $i"
  done
  echo 'forked all'
)
read -r line
