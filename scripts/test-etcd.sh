#!/bin/sh
# npm run test:etcd [-- --all]: the labs over etcd on another release than this machine's, Debian 13's 3.5, which is unpacked beside
# the system and seen in this run alone. As root, on Debian or Ubuntu. LAB_ETCD=FOLDER: the programs etcd and etcdctl in it instead.
# --all: every solution, real tool and mutant, by hand. Other arguments go to vitest.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo 'test:etcd mounts one release of etcd over another: run it as root' >&2; exit 3; }
if [ "${1-}" = --all ]; then LAB_ETCD_ALL=1; export LAB_ETCD_ALL; shift; fi
./lab --version >/dev/null
tools='go python3 mmdebstrap etcd etcdctl nft git'
LAB_TEST_COMPLETE=1 . scripts/tools.sh
LAB_ETCD=${LAB_ETCD:-$(node scripts/etcd/unpack.mjs)}
layer=$(mktemp -d)
trap 'rm -rf "$layer"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 0755 "$layer" && mkdir "$layer/bin"
cp "$LAB_ETCD/etcd" "$LAB_ETCD/etcdctl" "$layer/bin"
# Hosts see /usr by a bind mount, which takes no mounts below it along: so it is /usr that is covered, and not two files in it.
unshare --mount --propagation private sh -c 'mount -t overlay -o "lowerdir=$0:/usr" overlay /usr && exec "$@"' "$layer" \
  node node_modules/vitest/vitest.mjs run --config test/etcd/vitest.config.ts "$@"
