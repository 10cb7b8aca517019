#!/bin/sh
# customize.sh ROOT VM ARCHIVE: what mmdebstrap runs on the unpacked root. VM is this repository's folder vm/; the file
# ARCHIVE gets the date of the archive that the packages came from.
set -eu
root=$1
vm=$2
archive=$3
# The same as in a VM: on a root that has none of it. Run again, it must change nothing.
cp -r "$vm/provision" "$root/tmp/provision"
state() { (cd "$root" && find etc usr var/lib opt -xdev -printf '%p %s %m %T@ %l\n' | sort); }
run() { chroot "$root" sh /tmp/provision/provision.sh "$@" >&2 || { cat "$root/var/log/drydock-provision.log" >&2; exit 1; }; }
run
state >"$root/tmp/before"
run --again
state >"$root/tmp/after"
diff "$root/tmp/before" "$root/tmp/after" >&2 || { echo 'provisioning again has changed what is above' >&2; exit 1; }
rm -r "$root/tmp/provision" "$root/tmp/before" "$root/tmp/after"

install -m 0644 "$vm/image/cloud.cfg" "$root/etc/cloud/cloud.cfg"
rm -f "$root"/etc/cloud/cloud.cfg.d/*
grep -v -e '^#' -e '^$' "$vm/image/masked.txt" | while read -r unit; do
  ln -sfn /dev/null "$root/etc/systemd/system/$unit"
done
# The kernel mounts the root as it is to be used; systemd would wait for udev to see the disk.
: >"$root/etc/fstab"
chroot "$root" systemctl --quiet enable systemd-networkd.service
# Nothing waits for the network: Lima asks until ssh answers.
ln -sfn /dev/null "$root/etc/systemd/system/systemd-networkd-wait-online.service"
ln -sfn ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
# A machine makes an id of its own at its first boot, and its own host keys.
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root"/etc/ssh/ssh_host_*
echo drydock >"$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"

# An initrd with the disk's drivers alone: unpacking one with all drivers takes an emulated machine ten seconds.
printf 'MODULES=list\nCOMPRESS=zstd\n' >"$root/etc/initramfs-tools/conf.d/drydock.conf"
printf '%s\n' virtio_pci virtio_blk virtio_scsi sd_mod ext4 >"$root/etc/initramfs-tools/modules"
chroot "$root" update-initramfs -u -k all

# apt's lists are removed after this.
sed -n 's/^Date: //p' "$root"/var/lib/apt/lists/*_InRelease >"$archive"
