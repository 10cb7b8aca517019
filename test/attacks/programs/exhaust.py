"""Takes all that there is of one thing, in a process of its own, and says where that ended."""

import errno
import os
import sys
import threading
import time

MOST = {"memory": 2 << 30, "disk": 2 << 30, "tasks": 3000, "descriptors": 2_000_000}


def memory():
    held, step = 0, 32 << 20
    blocks = []
    while held < MOST["memory"]:
        blocks.append(b"x" * step)
        held += step
    return f"got {held >> 20} MiB"


def disk():
    size = 0
    with open("/tmp/fill", "wb", buffering=0) as file:
        while size < MOST["disk"]:
            size += file.write(bytes(1 << 20))
    return f"got {size >> 20} MiB"


def tasks():
    threading.stack_size(64 << 10)
    lock = threading.Lock()
    lock.acquire()
    for count in range(MOST["tasks"]):
        try:
            threading.Thread(target=lock.acquire, daemon=True).start()
        except RuntimeError:
            return f"refused at {count}"
    return f"got {MOST['tasks']}"


def descriptors():
    for count in range(MOST["descriptors"]):
        os.open("/dev/null", os.O_RDONLY)
    return f"got {count + 1}"


def output():
    line = b"x" * 63 + b"\n"
    for _ in range(64):
        os.write(2, line * 1024)
    return "wrote 4 MiB"


def exhaust(what):
    """In a child: "ended by 9", "refused ENOSPC", "got 3000"."""
    began = time.monotonic()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = globals()[what]()
        except MemoryError:
            said = "refused memory"
        except OSError as error:
            said = f"refused {errno.errorcode[error.errno]}"
        finally:
            if what == "disk":
                os.unlink("/tmp/fill")
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    _, status = os.waitpid(child, 0)
    said = os.read(read, 200).decode()
    os.close(read)
    took = round((time.monotonic() - began) * 1000)
    return f"{said or f'ended by {os.WTERMSIG(status)}'} after {took} ms"


if __name__ == "__main__":
    print(exhaust(sys.argv[1]))
