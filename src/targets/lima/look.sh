# What an engine needs to know of the VM before it is started there. Standard input is this file; $1 is the engine's file.
echo "marker=$(cat /etc/drydock/provisioned 2>/dev/null)"
echo "arch=$(uname -m)"
echo "kilobytes=$(df -Pk /var | awk 'NR == 2 { print $4 }')"
echo "clock=$(date +%s)"
[ -s "$1" ] && echo engine=here
echo "node=$(command -v node)"
