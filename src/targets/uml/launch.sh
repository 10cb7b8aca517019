# Boots a throw-away kernel. Standard input and output are the stream; what the kernel says goes to standard error.
# With namespaces of its own, its files are in a tmpfs that ends with it, and so do its processes; without them, in a
# folder that is removed here at the end.
# Arguments: SPACE (own: this is process 1 of a pid namespace; or shared), PLACE (the folder), SIZE (bytes of the tmpfs),
# OWNER (number of the user that the kernel runs as; empty: who this is), then the kernel and its arguments.
# Environment: ENGINE, NODE, ESBUILD, MODULES, CACHE (paths; the last two folders, ESBUILD and CACHE may be empty), DISKS,
# LENT (lines of a name and a folder), INIT, SETTINGS (texts).
set -e
space=$1 place=$2 size=$3 owner=$4
shift 4
[ "$space" = shared ] || mount -n -t tmpfs -o "mode=755,size=$size" drydock-uml "$place"
cd "$place"
mkdir root own brought lent lib
ln -s "$MODULES" lib/modules
cp "$ENGINE" engine.cjs
printf %s "$INIT" > init
printf %s "$SETTINGS" > settings
chmod 755 . init
user=
[ -z "$owner" ] || user="--reuid=$owner --regid=$owner --clear-groups"
# A file in a folder that the owner may not enter is found at another place.
lend() {
  [ -n "$1" ] || return 0
  if [ "$space" = own ]; then
    : > "$2" && mount -n --bind "$1" "$2"
  elif setpriv $user -- test -r "$1"; then
    ln -s "$1" "$2"
  else
    cp --sparse=always "$1" "$2"
  fi
}
lend "$NODE" brought/node
lend "$ESBUILD" brought/esbuild
# Too much to copy: without a mount, a folder that the owner can't reach is not there.
printf %s "$LENT" | while read -r name folder; do
  if [ "$space" = own ]; then
    mkdir "lent/$name" && mount -n --bind "$folder" "lent/$name"
  elif setpriv $user -- test -x "$folder"; then
    ln -s "$folder" "lent/$name"
  fi
done
# Of a cache that the owner can't reach a copy would be lost again.
[ "$space" = own ] || setpriv $user -- test -x "$CACHE" || CACHE=
# Each kernel has a disk of its own: the first that no other holds, so that the same ones are used again.
n=0
while [ -n "$CACHE" ] && [ "$n" -lt "$DISKS" ]; do
  disk=$CACHE/cache-$n.img
  # Sparse: it takes what is in it. The kernel makes the file system.
  [ -f "$disk" ] || truncate --size=4G "$disk"
  [ -z "$owner" ] || chown "$owner" "$disk"
  exec 9<"$disk"
  if flock -n 9; then
    lend "$disk" own/cache
    set -- "$@" "ubd0=$place/own/cache"
    break
  fi
  n=$((n + 1))
done
[ -z "$owner" ] || chown "$owner" own
exec 3<&0 4>&1 0</dev/null 1>&2
set +e
env -i PATH="$PATH" TMPDIR="$place/own" HOME="$place/own" \
  setpriv $user --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@" &
kernel=$!
wait "$kernel"
code=$?
[ "$space" = own ] && exit "$code"
# What the kernel started is in a session of its own with it, and outlives it when it was killed.
kill -KILL "-$kernel" 2>/dev/null
cd /
rm -rf "$place"
exit "$code"
