# Starts a program inside a host. Arguments: PID (process 1 of the host), IO (prefix of three fifos), CGROUPS (folders,
# separated by ':'), LIMITS (for prlimit, may be empty), ERRORS (the fifo of standard error: err, or out for one of both),
# NETWORK (--net, or empty where the host shares the machine's: an ordinary user may not enter that, even from itself),
# then the program. Environment is the program's own.
pid=$1 io=$2 cgroups=$3 limits=$4 errors=$5 network=$6
shift 6
IFS=:
for cgroup in $cgroups; do echo 0 > "$cgroup/cgroup.procs"; done
unset IFS
ulimit -c 0 # no core dumps: no program more is executed for it, and it is inherited
exec <"$io.in" >"$io.out" 2>"$io.$errors"
[ -z "$limits" ] || set -- prlimit $limits "$@"
exec nsenter --target "$pid" --mount --uts --ipc $network --pid --cgroup \
  setpriv --bounding-set -sys_module,-sys_rawio,-sys_boot,-sys_time,-mknod \
  --inh-caps -sys_module,-sys_rawio,-sys_boot,-sys_time,-mknod -- "$@"
