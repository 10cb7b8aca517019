#!/bin/sh
# Process 1 of the throw-away kernel. Its root is the machine's file system, read-only, as an ordinary user sees it. This
# makes the root that the engine sees: folders of programs with a layer in memory over each, and nothing else of the
# machine; starts the engine on the serial line; and powers the kernel off when the engine has ended.
here=${0%/*}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
. "$here/settings"

off() {
  umount -n /var/cache/drydock 2>/dev/null
  echo o > /proc/sysrq-trigger
  # The kernel ends a moment later, and would panic if its process 1 ended first.
  exec sleep 60
}
must() {
  "$@" && return
  echo "drydock: $* failed in the throw-away kernel"
  off
}

# For an ordinary user's kernel the machine's files have no owner, and set-user-ID would make nobody of root.
mount() { setpriv --no-new-privs mount "$@"; }
umount() { setpriv --no-new-privs umount "$@"; }

must mount -n -t proc proc /proc
must modprobe -d "$here" -a overlay loop
must mount -n -t tmpfs -o mode=755 root "$here/root"
cd "$here/root" || off
mkdir proc sys dev run tmp root home mnt media srv var var/cache var/cache/drydock var/lib var/log var/tmp drydock old .layers
chmod 1777 tmp var/tmp
for name in $shown; do
  if [ -h "/$name" ]; then
    cp -P "/$name" .
  elif [ -d "/$name" ]; then
    mkdir -p "$name" ".layers/$name" ".layers/$name.work"
    must mount -n -t overlay -o "lowerdir=/$name,upperdir=$PWD/.layers/$name,workdir=$PWD/.layers/$name.work" overlay "$name"
  fi
done
for program in mount umount; do [ ! -u "usr/bin/$program" ] || must chmod u-s "usr/bin/$program"; done
# The others are loaded when they are first used: the kernel runs modprobe, which looks there.
mkdir -p usr/lib/modules
ln -s ../uml/modules/* usr/lib/modules/
for folder in $hidden; do
  [ ! -d ".$folder" ] || must mount -n -t tmpfs -o ro,mode=755 hidden ".$folder"
done
must mount -n -t proc -o nosuid,nodev,noexec proc proc
must mount -n -t sysfs -o nosuid,nodev,noexec sysfs sys
must mount -n -t devtmpfs -o nosuid devtmpfs dev
mkdir -p dev/pts dev/shm
must mount -n -t devpts -o nosuid,noexec,ptmxmode=0666 devpts dev/pts
must mount -n -t tmpfs -o nosuid,nodev,mode=1777 shm dev/shm
# nsdelegate: what is in a cgroup namespace can neither leave its group nor change the group's bounds.
must mount -n -t cgroup2 -o nosuid,nodev,noexec,nsdelegate cgroup2 sys/fs/cgroup
read -r controllers < sys/fs/cgroup/cgroup.controllers
for controller in $controllers; do echo "+$controller" > sys/fs/cgroup/cgroup.subtree_control; done
cp "$here/engine.cjs" drydock/
for program in "$here"/brought/*; do
  : > "drydock/${program##*/}"
  must mount -n --bind "$program" "drydock/${program##*/}"
done
for folder in "$here"/lent/*; do
  [ -d "$folder" ] || continue
  mkdir -p "drydock/lent/${folder##*/}"
  must mount -n --bind "$folder" "drydock/lent/${folder##*/}"
done
must pivot_root . old
umount -n -l old
rmdir old
if [ -b dev/ubda ]; then
  # What a killed kernel left is put right by the journal; what can't be mounted is made anew.
  disk='mount -n -t ext4 -o noatime,noinit_itable /dev/ubda /var/cache/drydock'
  $disk 2>/dev/null ||
    { mkfs.ext4 -q -F -m 0 -J size=16 -E lazy_itable_init=1,lazy_journal_init=1 /dev/ubda && $disk; }
fi
ip link set lo up
hostname uml

exec 3<>/dev/ttyS0 || off
stty raw -echo <&3
cache=/var/cache/drydock
if [ -n "$user" ]; then
  # Root here could write on the serial line itself, as if it were the engine: through devtmpfs, or a program that the
  # kernel starts (core_pattern). So the engine is root of a user namespace only, and cgroups are what it may divide.
  chown "$user:$user" /sys/fs/cgroup /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/cgroup.subtree_control
  cache=$cache/confined
  mkdir -p "$cache"
  chown "$user:$user" "$cache"
  set -- setpriv "--reuid=$user" "--regid=$user" --clear-groups unshare --user --map-root-user \
    --mount --pid --fork --kill-child --mount-proc --propagation private -- sh -c '"$0" "$@"; exit $?'
else
  set --
  offers='--offers clock'
fi
# A shell waits for whoever ends: node waits for its own children alone.
env -i PATH="$path" HOME=/root LANG=C.UTF-8 "$@" /drydock/node /drydock/engine.cjs \
  --cache "$cache" --brought /drydock $offers </dev/null 1>&2
exec 3>&-
off
