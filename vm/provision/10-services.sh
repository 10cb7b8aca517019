#!/bin/sh
# Masks the units of services.txt before the packages come, so that installing one never starts it.
set -eu
mkdir -p /etc/systemd/system
while read -r unit; do
  case $unit in '' | '#'*) continue ;; esac
  file=/etc/systemd/system/$unit
  [ "$(readlink "$file" 2>/dev/null)" = /dev/null ] && continue
  ln -sfn /dev/null "$file"
  # One that runs already is ended; in an image that is being built there is no systemd.
  if [ -d /run/systemd/system ]; then systemctl --quiet daemon-reload && systemctl --quiet stop "$unit" 2>/dev/null || :; fi
done <services.txt
