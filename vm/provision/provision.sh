#!/bin/sh
# provision.sh: makes a Debian 13 machine one that grades. As root; what is there already is not done again.
#
# Prints a line "step NAME" before each step; the rest goes to the log. Fails with the step's exit code, and leaves the
# marker out: lab takes the machine for provisioned when the marker holds the digest of all files of this folder.
set -eu
cd "$(dirname "$0")"
export LC_ALL=C
digest=$(cat ./* | sha256sum | cut -c 1-16)
log=/var/log/drydock-provision.log
marker=/etc/drydock/provisioned
mkdir -p "${marker%/*}"
. /etc/os-release
[ "${ID:-}${VERSION_ID:-}" = debian13 ] || { echo "this is ${PRETTY_NAME:-unknown}, and Debian 13 is needed"; exit 3; }
if [ -f "$marker" ] && [ "$(cat "$marker")" = "$digest" ] && [ "${1:-}" != --again ]; then
  echo 'step done'
  exit 0
fi
for step in [0-9][0-9]-*.sh; do
  name=${step#??-}
  echo "step ${name%.sh}"
  sh "./$step" >>"$log" 2>&1 </dev/null || {
    code=$?
    echo "step ${name%.sh} failed with exit code $code; the end of $log:"
    tail -n 20 "$log"
    exit "$code"
  }
done
if [ "$(cat "$marker" 2>/dev/null)" != "$digest" ]; then
  printf '%s\n' "$digest" >"$marker.new"
  mv "$marker.new" "$marker"
fi
echo 'step done'
