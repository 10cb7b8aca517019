# Sourced: installs the programs named in $tools that this machine lacks (Debian's packages), asking first on a terminal.
# LAB_TEST_COMPLETE=1 (CI): nothing may be left out.
missing=
for tool in $tools; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1; then
  # containerd-shim-runc-v2 is looked for and not containerd: Docker's containerd.io has it too, and conflicts with Debian's.
  packages=$(echo "$missing" | sed 's/\bgo\b/golang-go/; s/\bpgrep\b/procps/; s/\bnft\b/nftables/; s/\betcd\b/etcd-server/; s/\betcdctl\b/etcd-client/; s/\bcontainerd-shim-runc-v2\b/containerd/; s/\blinux\.uml\b/user-mode-linux/; s/\bmodprobe\b/kmod/')
  install="apt-get install -y --no-install-recommends$packages"
  [ "$(id -u)" = 0 ] || install="sudo $install"
  answer=y
  if [ -t 0 ] && [ -t 1 ]; then
    printf 'This needs%s. Run "%s"? [Y/n] ' "$missing" "$install"
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
