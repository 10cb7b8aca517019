# What an engine needs to know of the VM before it is started there. Standard input is this file; $1 is the engine's file,
# $2 its SHA-256: one that was cut or changed there is pushed anew.
echo "marker=$(cat /etc/drydock/provisioned 2>/dev/null)"
echo "arch=$(uname -m)"
echo "kilobytes=$(df -Pk /var | awk 'NR == 2 { print $4 }')"
[ -n "$2" ] && echo "$2  $1" | sha256sum --check --status 2>/dev/null && echo engine=here
echo "node=$(command -v node)"
# Last, since its time is compared with that at which this ended.
echo "clock=$(date +%s.%N)"
