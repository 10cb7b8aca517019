#!/bin/sh
# containerd's shim as this lab's server. Arguments: SHIM serve --sock S. The shim listens on S itself and runs in this
# program's place. It is a server only, so `call` exits 2.
[ "$#" = 4 ] && [ "$2 $3" = 'serve --sock' ] || { echo 'usage: containerd-shim.sh SHIM serve --sock S' >&2; exit 2; }
shim=$1 sock=$4
# The shim works in a bundle (OCI runtime specification, "Filesystem Bundle"), which containerd would have made, with a
# fifo for its log. Its events would go to the address; no container is made here, so there are none.
bundle=$(mktemp -d) && cd "$bundle" && echo '{}' >config.json && ln -s /dev/stderr log || exit 1
exec "$shim" -namespace lab -id frames -bundle "$bundle" -address "$bundle/no-containerd.sock" -socket "$sock"
