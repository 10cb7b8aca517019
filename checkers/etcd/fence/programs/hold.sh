#!/bin/sh
# hold PATH [stubborn | polite]: the command of a lock. Writes what it was told of the lock, and its own pid, to PATH; ends with
# the exit code that PATH.end is told. A stubborn one makes PATH.asked by SIGTERM, and goes on; a polite one exits 0 then.
case $2 in
  stubborn) trap ': >"$1.asked"' TERM ;;
  polite) trap 'exit 0' TERM ;;
esac
printf '%s\n' "$ETCD_LOCK_KEY" "$ETCD_LOCK_REV" "$$" >"$1.new" || exit 1
# Opened for both, a fifo does not wait for somebody to write: a trap is not run while a shell waits in open(2).
mkfifo "$1.end" && exec 3<>"$1.end" && mv "$1.new" "$1" || exit 1
# A trap ends read, too.
until read -r code <&3; do :; done
exit "$code"
