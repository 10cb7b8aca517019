# Becomes process 1 of a host: mounts what is the host's own, enters the view, and holds the namespaces until standard
# input ends. Arguments: VIEW (the shared root), FSTAB (the host's own mounts), NAME.
set -e
view=$1 fstab=$2 name=$3
mount -n -a -T "$fstab"
# A container's runtime may have made /proc/sys read-only.
{ echo "$name" >/proc/sys/kernel/hostname || hostname "$name"; } 2>/dev/null || true
ip link set lo up 2>/dev/null || true
cd "$view"
pivot_root . .
umount -l .
# With SIGCHLD ignored the kernel reaps what is left to process 1 (wait(2), NOTES). dash ignores no SIGCHLD, whatever a
# trap says, and BusyBox's env has no such option.
trap '' CHLD
ignoring='env --ignore-signal=CHLD'
$ignoring true 2>/dev/null || ignoring=
echo up
exec $ignoring cat
