# Enters a bare root as a container would, in mount and pid namespaces of its own, which end with it. Arguments: ROOT,
# then the program.
set -e
root=$1
shift
mount -n --bind "$root" "$root"
mount -n -t proc proc "$root/proc"
mount -n --rbind /sys "$root/sys"
mount -n -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount -n --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -n -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
mount -n -t tmpfs shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
cd "$root"
pivot_root . .
umount -l .
exec "$@"
