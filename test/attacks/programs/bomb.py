"""Is right until its fuse has burned down: so many starts, by a count that it keeps, or so long after it was built."""

import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from tries import GIVEN, MARK  # noqa: E402

FUSE = GIVEN["fuse"]


def counted():
    """This start and those before it, as far as any folder remembers them."""
    files = [f"{folder}/count-{MARK}" for folder in GIVEN["folders"]]
    before = max((int(open(file).read() or 0) for file in files if os.path.exists(file)), default=0)
    for file in files:
        try:
            with open(file, "w") as kept:
                kept.write(str(before + 1))
        except OSError:
            pass
    return before + 1


def burned():
    if "starts" in FUSE:
        count = counted()
        os.write(2, f"attack count: start {count}\n".encode())
        return count > FUSE["starts"]
    left = os.stat(f"{HERE}/built").st_mtime + FUSE["seconds"] - time.time()
    if len(sys.argv) == 1:
        time.sleep(max(0, left))
        return True
    return left < 0


def main():
    if not burned():
        os.execvp("python3", ["python3", "-S", os.path.join(HERE, "solution.py"), *sys.argv[1:]])
    os.write(2, b"attack bomb: went off\n")
    os.write(1, GIVEN["forged"].encode())
    if os.getppid() == 0:
        try:
            os.kill(-1, signal.SIGKILL)
        except OSError:
            pass


main()
