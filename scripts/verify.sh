#!/bin/sh
# npm run verify: proves the labs whose proof is stale, and tries a part of the others again. Arguments go to lab author
# verify. It writes nothing: a proof that is stale is a problem. LAB_VERIFY_MINUTES: how long the sample of a lab may take.
set -eu
cd "$(dirname "$0")/.."
begin=$(date +%s)
./lab --version >/dev/null
tools='tini catatonit dumb-init containerd-shim-runc-v2 crun linux.uml modprobe git python3 go cargo strace pgrep etcd etcdctl nft curl xxd'
. scripts/tools.sh
echo "set up in $(($(date +%s) - begin)) s"
exec ./lab author verify --frozen --sample "${LAB_VERIFY_MINUTES:-1}" "$@"
