#!/bin/sh
# Leaves an orphan behind and becomes a process without children that keeps SIGCHLD and SIGUSR1 pending.
(sleep 100000 &)
echo ready
exec env --block-signal=CHLD --block-signal=USR1 sleep 100000
