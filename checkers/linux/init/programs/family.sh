#!/bin/sh
# Two processes in one process group, each of which prints the signals that it receives: "child …" and "sibling …".
sh /lab/report-signals sibling &
exec sh /lab/report-signals child
