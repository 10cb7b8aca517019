#!/bin/sh
# Starts lab as it was exported: nothing is installed or built here.
command -v node >/dev/null 2>&1 || {
  echo 'lab: Node is not installed (no "node" on PATH). It needs Node 20.19 or newer: https://nodejs.org/en/download' >&2
  exit 3
}
self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
exec node "$(dirname "$self")/bin/lab.js" "$@"
