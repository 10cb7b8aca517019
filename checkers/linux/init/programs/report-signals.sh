#!/bin/sh
# Prints the name of each signal that it receives, after the word in $1 if there is one. Ends when it is killed.
label=${1:+$1 }
for name in TERM HUP INT QUIT USR1 USR2 WINCH; do
  trap "echo ${label}$name" "$name"
done
# wait is the one builtin that a trapped signal interrupts at once (POSIX, sh, "wait"). What it waits for ignores the
# signals, which are for this process; SIGKILL ends both.
(trap '' TERM HUP INT QUIT USR1 USR2 WINCH; exec sleep 100000) &
sleeper=$!
echo "${label}ready"
while kill -0 "$sleeper" 2>/dev/null; do wait "$sleeper"; done
