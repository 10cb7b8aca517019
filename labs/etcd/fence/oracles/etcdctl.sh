#!/bin/sh
# etcdctl as this lab's lock and campaign. Arguments: ETCDCTL lock [--endpoints URL] [--ttl N] NAME -- CMD [ARG...], or ETCDCTL
# campaign … NAME VALUE. The options come in that order. etcdctl elect has no --ttl.
tool=$1 command=$2
shift 2
export ETCDCTL_API=3
if [ "$1" = --endpoints ]; then export ETCDCTL_ENDPOINTS="$2"; shift 2; fi
ttl=10
if [ "$1" = --ttl ]; then ttl=$2; shift 2; fi
case $command in
  lock) exec "$tool" lock --ttl "$ttl" "$@" ;;
  campaign) exec "$tool" elect "$@" ;;
  *) echo "etcdctl.sh: there is no $command" >&2; exit 2 ;;
esac
