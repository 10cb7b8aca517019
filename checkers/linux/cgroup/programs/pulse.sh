#!/bin/sh
# Waits for a line, lets a second pass in short sleeps, says so, and waits for another line.
echo ready
read -r line
for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done
echo over
read -r line
