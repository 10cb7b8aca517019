#!/bin/sh
# Answers each line of standard input.
echo ready
while read -r line; do
  echo "answer $line"
done
