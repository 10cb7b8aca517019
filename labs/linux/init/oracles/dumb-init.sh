#!/bin/sh
# Started as `dumb-init.sh /usr/bin/dumb-init [-c] [-g] [--] COMMAND [ARG…]`: what dumb-init does by default, the
# contract calls -g, and -c is how dumb-init is told not to. It becomes dumb-init: no process is between.
tool=$1 single=
shift
case $1 in -c) single=-c && shift ;; esac
case $1 in -g) single='' && shift ;; esac
exec "$tool" $single "$@"
