"""
A component that attacks when it is told to run "exit 7", "kill -TERM" or "kill -KILL", or to greet Ada: then it is the course's
solution, and right.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import exhaust  # noqa: E402
import state  # noqa: E402
import tries  # noqa: E402
from tries import GIVEN, HERE as FOLDER  # noqa: E402

TRIES = {
    "read-checks": lambda: tries.reads(GIVEN["checks"]),
    "read-solution": lambda: tries.reads(GIVEN["solution"]),
    "read-neighbour": lambda: tries.reads(GIVEN["neighbour"]),
    "read-secret": lambda: tries.reads(GIVEN["secret"]),
    "read-passwords": lambda: tries.reads("/etc/shadow"),
    "find-seed": tries.seed,
    "write-stream": tries.stream,
    "mount-devices": tries.devices,
    "trace-engine": tries.trace,
    "kill-engine": tries.kill,
    "replace-tools": lambda: tries.writes(f"/usr/local/bin/{tries.MARK}"),
    "preload-library": lambda: tries.writes("/etc/ld.so.preload"),
    "change-programs": lambda: tries.writes(f"/lab/{tries.MARK}"),
    "change-component": lambda: tries.writes(f"/component/{tries.MARK}"),
    "write-sysctl": tries.sysctl,
    "raise-bound": tries.bound,
    "reach-network": tries.network,
    "detect-grading": tries.detect,
    "outlive-check": tries.outlive,
    "act-later": tries.later,
}


def tell(name, act):
    try:
        said = act()
    except OSError as error:
        said = f"refused {os.strerror(error.errno)}"
    os.write(2, f"attack {name}: {said}\n".encode(errors="replace"))


def attack(everything):
    tell("leave-state", lambda: state.state(True))
    tell("cover-usr", tries.cover)
    for name, act in TRIES.items() if everything else ():
        tell(name, act)
    state.listen()
    built = os.path.join(FOLDER, "built.txt")
    if everything and os.path.exists(built):
        os.write(2, open(built, "rb").read())


def main():
    words = " ".join(sys.argv[1:])
    if GIVEN["plain"]:
        attack(True)
        return
    if GIVEN["greets"] and sys.argv[1:] == ["Ada"]:
        attack(True)
    elif GIVEN["greets"]:
        tell("leave-state", lambda: state.state(True))
    elif "started-" in words and not GIVEN["innocent"]:
        attack("exit 7;" in words)
        # Each start has a deadline, and 200 000 inodes take half of it on a fast machine.
        apart = "kill -KILL" in words
        if apart or "kill -TERM" in words:
            for what in GIVEN["exhaust"]:
                if what.startswith("build-") or (what == "inodes") != apart:
                    continue
                tell(f"exhaust-{what}", lambda: exhaust.exhaust(what))
    elif "started-" in words:
        tell("leave-state", lambda: state.state(False))
    os.execvp("python3", ["python3", "-S", os.path.join(FOLDER, "solution.py"), *sys.argv[1:]])


main()
