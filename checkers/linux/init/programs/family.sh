#!/bin/sh
# Two processes in one process group, each of which prints the signals that it receives: "child …" and "sibling …".
# A shell lets what it starts in the background ignore INT and QUIT (POSIX, "Asynchronous AND-OR Lists").
env --default-signal=INT,QUIT sh /lab/report-signals sibling &
exec sh /lab/report-signals child
