#!/bin/sh
# Written by: lab ci init --provider gradescope
# Gradescope runs this once, as root, when it makes the image: it brings lab and what builds components.
set -eu
export DEBIAN_FRONTEND=noninteractive
missing=
for pair in git:git node:nodejs npm:npm python3:python3 go:golang-go linux.uml:user-mode-linux modprobe:kmod setpriv:util-linux; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ]; then
  apt-get update -q
  # shellcheck disable=SC2086 # names of packages
  apt-get install -qy --no-install-recommends ca-certificates $missing
fi
course=/autograder/drydock
git init --quiet "$course"
git -C "$course" cat-file -e '@COMMIT@^{commit}' 2>/dev/null ||
  git -C "$course" fetch --quiet --depth 1 '@URL@' '@COMMIT@'
git -C "$course" checkout --quiet --force --detach '@COMMIT@'
"$course/lab" --version
