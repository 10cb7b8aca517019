#!/bin/sh
# Prints the name of each signal that it receives, after the word in $1 if there is one; ALRM is for who sends it directly,
# and no part of the contract. Ends when it is killed.
label=${1:+$1 }
signals='TERM HUP INT QUIT USR1 USR2 WINCH ALRM'
# wait is the one builtin that a trapped signal interrupts at once (POSIX, sh, "wait"). What it waits for ignores the
# signals, which are for this process, from its first moment: they may come for the whole group. SIGKILL ends both.
trap '' $signals
sleep 100000 &
sleeper=$!
for name in $signals; do
  trap "echo ${label}$name" "$name"
done
echo "${label}ready"
while kill -0 "$sleeper" 2>/dev/null; do wait "$sleeper"; done
