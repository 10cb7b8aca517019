#!/bin/sh
# Waits for a line, lets a second pass in short sleeps, says so, and waits for another line.
echo ready
read -r line
i=0
while [ "$i" -lt 20 ]; do
  sleep 0.05
  i=$((i + 1))
done
echo over
read -r line
