#!/bin/sh
# count FILE: writes ever larger numbers to FILE.
i=0
while :; do
  i=$((i + 1))
  echo "$i" >"$1"
  sleep 0.02
done
