#!/bin/sh
# npm test: installs what the tests need and runs all that this machine can run. Arguments go to vitest.
# LAB_TEST_COMPLETE=1 (CI): nothing may be left out.
set -eu
cd "$(dirname "$0")/.."
begin=$(date +%s)
./lab --version >/dev/null

missing=
tools='tini catatonit dumb-init git python3 go cargo zsh fish strace pgrep'
[ "$(id -u)" != 0 ] || tools="$tools mmdebstrap" # a container image is made with it, and entered by root alone
for tool in $tools; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1; then
  packages=$(echo "$missing" | sed 's/\bgo\b/golang-go/; s/\bpgrep\b/procps/')
  install="apt-get install -y --no-install-recommends$packages"
  [ "$(id -u)" = 0 ] || install="sudo $install"
  answer=y
  if [ -t 0 ] && [ -t 1 ]; then
    printf 'The tests need%s. Run "%s"? [Y/n] ' "$missing" "$install"
    read -r answer
  fi
  case $answer in
    n* | N*) ;;
    *) ( (${install%%install*}update -qq && $install -qq) >/dev/null 2>"${TMPDIR:-/tmp}/drydock-apt.$$" \
         || cat "${TMPDIR:-/tmp}/drydock-apt.$$" >&2; rm -f "${TMPDIR:-/tmp}/drydock-apt.$$") ;;
  esac
fi
for tool in $missing; do
  command -v "$tool" >/dev/null 2>&1 || { echo "left out: what needs $tool, which is not installed"; [ "${LAB_TEST_COMPLETE:-}" != 1 ] || exit 3; }
done
echo "set up in $(($(date +%s) - begin)) s"
exec node node_modules/vitest/vitest.mjs run "$@"
