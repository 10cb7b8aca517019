#!/bin/sh
# npm run test:lima: starts one real VM and grades in it. As root, on Debian or Ubuntu: it installs what it needs, builds
# limactl and the VM's image (both cached by content), makes an ordinary user, for Lima refuses root, and removes that
# user and the VM at the end. --full: everything, by hand. Other arguments go to vitest.
set -eu
cd "$(dirname "$0")/.."
begin=$(date +%s)
[ "$(uname -s)" = Linux ] || { echo 'test:lima needs Linux; on macOS follow docs/vm.md' >&2; exit 3; }
[ "$(id -u)" = 0 ] || { echo 'test:lima makes an image and a user: run it as root' >&2; exit 3; }
if [ "${1-}" = --full ]; then LAB_VM_FULL=1; export LAB_VM_FULL; shift; fi
# The VM's user reads the cache. Where XDG_CACHE_HOME is closed to it, as in root's home, this run has a mount namespace of its own, in
# which the cache can be reached by another way: the same one each time, for the tools in the cache know where they lie.
if [ -n "${XDG_CACHE_HOME-}" ] && [ -z "${LAB_VM_REACHABLE-}" ]; then
  mkdir -p "$XDG_CACHE_HOME/drydock"
  if ! setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$XDG_CACHE_HOME/drydock"; then
    LAB_VM_REACHABLE=$XDG_CACHE_HOME/drydock exec unshare --mount --propagation private sh "$0" "$@"
  fi
fi
if [ -n "${LAB_VM_REACHABLE-}" ]; then
  mount -t tmpfs -o mode=0755 drydock /media
  mkdir -p /media/cache/drydock
  mount --bind "$LAB_VM_REACHABLE" /media/cache/drydock
  GOCACHE=${GOCACHE:-$XDG_CACHE_HOME/go-build} XDG_CACHE_HOME=/media/cache
  export GOCACHE XDG_CACHE_HOME
  unset LAB_VM_REACHABLE
fi
./lab --version >/dev/null
tools='go mmdebstrap mke2fs ssh git tini linux.uml modprobe'
LAB_TEST_COMPLETE=1 . scripts/tools.sh
LAB_VM_TOOLS=$(node vm/tools/build.mjs)
echo "tools of the VM after $(($(date +%s) - begin)) s: $LAB_VM_TOOLS"
LAB_VM_IMAGE=$(PATH="$LAB_VM_TOOLS/bin:$PATH" unshare --mount --propagation private node vm/image/build.mjs)
echo "image after $(($(date +%s) - begin)) s: $LAB_VM_IMAGE $(cat "$LAB_VM_IMAGE/built.json")"

LAB_VM_USER=drydock-vm-$$
# Short: the path of a socket has 104 characters at most, and Lima makes some below it.
LAB_VM_HOME=/var/lib/$LAB_VM_USER
groups=$(stat -c %G /dev/kvm 2>/dev/null || :)
case $groups in '' | root | UNKNOWN) groups= ;; esac
useradd --create-home --home-dir "$LAB_VM_HOME" --shell /bin/sh ${groups:+--groups "$groups"} "$LAB_VM_USER"
tried=
cleanup() {
  trap '' INT TERM HUP
  for pid in $(pgrep -U "$LAB_VM_USER"); do kill -9 "$pid" 2>/dev/null || :; done
  [ -z "$tried" ] || chown -R root:root "$tried"
  userdel --remove "$LAB_VM_USER" 2>/dev/null || rm -rf "$LAB_VM_HOME"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# What the user runs: as an installed package, and readable wherever the checkout is.
mkdir "$LAB_VM_HOME/lab" "$LAB_VM_HOME/bin"
cp -r bin dist docs labs vm package.json "$LAB_VM_HOME/lab"
# --full writes into the proofs, and the page about them, what was tried in the VM; that they are of these checks shows in their source.
if [ -n "${LAB_VM_FULL-}" ]; then
  cp -r checkers src "$LAB_VM_HOME/lab"
  # A run that was broken off is gone on with. A trial that is kept names the engine, the checks and what was tried; its folder, the rest.
  tried=$(node --input-type=module -e "import { digestOf, kept } from './vm/kept.mjs'
    console.log(await kept('tried', await digestOf(['src/targets'], ['$LAB_VM_IMAGE', '$LAB_VM_TOOLS']), () => {}))")
  mkdir -p "$LAB_VM_HOME/.cache/drydock"
  ln -s "$tried" "$LAB_VM_HOME/.cache/drydock/trials"
  chown -R "$LAB_VM_USER" "$tried" "$LAB_VM_HOME/.cache"
  echo "goes on from $(ls "$tried" | wc -l) trials: $tried"
fi
chown -R "$LAB_VM_USER" "$LAB_VM_HOME/lab/labs" "$LAB_VM_HOME/lab/docs"
mkdir "$LAB_VM_HOME/lab/node_modules"
cp -r node_modules/esbuild node_modules/@esbuild "$LAB_VM_HOME/lab/node_modules"
install -m 0755 "$(readlink -f "$(command -v node)")" "$LAB_VM_HOME/bin/node"
chmod 0755 "$LAB_VM_HOME"
if ! runuser -u "$LAB_VM_USER" -- test -r "$LAB_VM_IMAGE/disk.qcow2" -a -x "$LAB_VM_TOOLS/bin/limactl"; then
  echo "the user of the VM can not read $LAB_VM_IMAGE: set XDG_CACHE_HOME to a folder that others may read" >&2
  exit 3
fi
export LAB_VM_TOOLS LAB_VM_IMAGE LAB_VM_USER LAB_VM_HOME
echo "set up in $(($(date +%s) - begin)) s"
node node_modules/vitest/vitest.mjs run --config test/lima/vitest.config.ts "$@"
