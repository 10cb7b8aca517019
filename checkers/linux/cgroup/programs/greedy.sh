#!/bin/sh
# greedy BYTES: lets a process of its own take so much memory, says how that ended, waits for a line, and becomes such a
# process then.
echo ready
read -r line
dd if=/dev/zero of=/dev/null bs="$1" count=1
echo "greedy $?"
read -r line
exec dd if=/dev/zero of=/dev/null bs="$1" count=1
