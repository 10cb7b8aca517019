#!/bin/sh
# npm test: installs what the tests need and runs all that this machine can run. Arguments go to vitest.
# LAB_TEST_COMPLETE=1 (CI): nothing may be left out.
set -eu
cd "$(dirname "$0")/.."
begin=$(date +%s)
./lab --version >/dev/null
tools='tini catatonit dumb-init git python3 go cargo zsh fish strace pgrep etcd etcdctl nft'
# A throw-away kernel is there for x86_64 alone.
[ "$(uname -m)" != x86_64 ] || tools="$tools linux.uml modprobe"
[ "$(id -u)" != 0 ] || tools="$tools mmdebstrap" # a container image is made with it, and entered by root alone
. scripts/tools.sh
echo "set up in $(($(date +%s) - begin)) s"
exec node node_modules/vitest/vitest.mjs run "$@"
