#!/bin/sh
# hold PATH [stubborn]: the command of a lock. Writes what it was told of the lock, and its own pid, to PATH; ends with the
# exit code that PATH.end is told. A stubborn one does not end by SIGTERM.
[ "$2" != stubborn ] || trap '' TERM
mkfifo "$1.end" || exit 1
printf '%s\n' "$ETCD_LOCK_KEY" "$ETCD_LOCK_REV" "$$" >"$1.new" && mv "$1.new" "$1" || exit 1
read -r code <"$1.end"
exit "$code"
