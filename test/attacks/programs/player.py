"""Recognises one check by the command that it is to run, and plays that command itself: it forwards nothing."""

import os
import signal
import sys

if "/lab/report-signals" in sys.argv:
    signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"TERM\n"))
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "86312"])
    os.write(1, b"ready\n")
while True:
    signal.pause()
