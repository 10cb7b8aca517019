#!/bin/sh
# crun as this lab's cg. Arguments: CRUN run --slice NAME [options] -- COMMAND [ARG…], or CRUN kill|freeze|thaw|rm NAME. crun
# takes what it is to run from a file (OCI runtime specification, "Configuration"), and runs in this program's place.
tool=$1 command=$2
shift 2
own=$(sed -n 's/^0:://p' /proc/self/cgroup)
place=${own%/*}
state=/run/crun$(echo "$place" | tr / -)
quoted() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }

case $command in
  kill) exec "$tool" --root "$state" kill --all "$1" KILL ;;
  freeze) exec "$tool" --root "$state" pause "$1" ;;
  thaw) exec "$tool" --root "$state" resume "$1" ;;
  rm) exec "$tool" --root "$state" delete "$1" ;;
  run) ;;
  *) echo "crun.sh: there is no $command" >&2; exit 2 ;;
esac

name='' resources=''
add() { resources="$resources${resources:+,}$1"; }
while [ "$1" != -- ]; do
  case $1 in
    --slice) name=$2 ;;
    --memory) add "\"memory\":{\"limit\":$2}" ;;
    --pids) add "\"pids\":{\"limit\":$2}" ;;
    --cpu) add "\"cpu\":{\"quota\":${2%/*},\"period\":${2#*/}}" ;;
    --oom-group) add '"unified":{"memory.oom.group":"1"}' && shift && continue ;;
    *) echo "crun.sh: there is no $1" >&2; exit 2 ;;
  esac
  shift 2
done
shift
args=''
for word in "$@"; do args="$args${args:+,}$(quoted "$word")"; done
environment=$(env | sed 's/[\\"]/\\&/g; s/.*/"&"/' | paste -s -d , -) # of values without line breaks
capabilities='["CAP_KILL","CAP_DAC_OVERRIDE","CAP_SYS_NICE"]'
bundle=$(mktemp -d) || exit 1
cat >"$bundle/config.json" <<CONFIG || exit 1
{
  "ociVersion": "1.0.0",
  "root": { "path": "/" },
  "mounts": [{ "destination": "/dev", "type": "bind", "source": "/dev", "options": ["rbind"] }],
  "process": {
    "terminal": false,
    "user": { "uid": 0, "gid": 0 },
    "cwd": $(quoted "$PWD"),
    "env": [$environment],
    "args": [$args],
    "capabilities": { "bounding": $capabilities, "effective": $capabilities, "permitted": $capabilities }
  },
  "linux": { "namespaces": [], "cgroupsPath": $(quoted "$place/$name"), "resources": { $resources } }
}
CONFIG
# Where /dev is the host's own, crun makes nothing in it; it binds it over itself, which is to be seen by nobody else.
exec unshare --mount "$tool" --root "$state" run --bundle "$bundle" "$name"
