#!/bin/sh
# Installs what packages.txt names and is not there. Where all is there, no network is needed.
set -eu
lacking=$(
  grep -v -e '^#' -e '^$' packages.txt | while read -r name; do
    [ "$(dpkg-query --show --showformat='${db:Status-Abbrev}' "$name" 2>/dev/null)" = 'ii ' ] || echo "$name"
  done
)
[ -n "$lacking" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
# A first attempt that was cut off leaves packages unpacked and not configured.
dpkg --configure --pending
apt-get --quiet --option Acquire::Retries=3 update
# shellcheck disable=SC2086 # one word each
apt-get --quiet --yes --no-install-recommends --option Acquire::Retries=3 \
  --option DPkg::Lock::Timeout=300 --option Dpkg::Options::=--force-confold install $lacking
apt-get clean
