#!/bin/sh
# customize.sh ROOT VM: what mmdebstrap runs on the unpacked root. VM is this repository's folder vm/.
set -eu
root=$1
vm=$2
rm -rf "$root/tmp/provision"
cp -r "$vm/provision" "$root/tmp/provision"
chroot "$root" sh /tmp/provision/provision.sh
chroot "$root" sh -c 'cat /var/log/drydock-provision.log && rm /var/log/drydock-provision.log'
rm -r "$root/tmp/provision"

install -m 0644 "$vm/image/cloud.cfg" "$root/etc/cloud/cloud.cfg"
rm -f "$root"/etc/cloud/cloud.cfg.d/*
grep -v -e '^#' -e '^$' "$vm/image/masked.txt" | while read -r unit; do
  ln -sfn /dev/null "$root/etc/systemd/system/$unit"
done
echo 'LABEL=root / ext4 noatime,noinit_itable 0 0' >"$root/etc/fstab"
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
