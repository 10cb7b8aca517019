# Becomes process 1 of a host: mounts what is the host's own, enters the view, and holds the namespaces until standard
# input ends. Arguments: VIEW (the shared root), FSTAB (the host's own mounts), NAME.
set -e
view=$1 fstab=$2 name=$3
mount -n -a -T "$fstab"
hostname "$name" 2>/dev/null || true
ip link set lo up 2>/dev/null || true
cd "$view"
pivot_root . .
umount -l .
echo up
# With SIGCHLD ignored the kernel reaps what is left to process 1 (wait(2), NOTES). A trap would not do: dash catches
# SIGCHLD all the same, and what was caught has its default action after execve(2). Where env(1) lacks the option,
# zombies stay until the host is down.
env --ignore-signal=CHLD true 2>/dev/null && exec env --ignore-signal=CHLD cat
exec cat
