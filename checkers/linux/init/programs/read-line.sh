#!/bin/sh
# Reads a line from its terminal and prints it.
echo ready
read -r line
echo "read $line"
