"""Takes all that there is of one thing, in a process of its own, and says where that ended."""

import ctypes
import errno
import os
import stat
import subprocess
import sys
import threading
import time

MOST = {"memory": 2 << 30, "disk": 2 << 30, "tasks": 3000, "descriptors": 2_000_000, "inodes": 300_000, "mounts": 768 << 20}
FOLDERS = ("/tmp", "/var", "/run", "/home", "/root", "/dev/shm", "/cache", "/component", "/lab", "/usr", "/etc")
CLONE_NEWNS = 0x00020000


def memory():
    held, step = 0, 32 << 20
    blocks = []
    while held < MOST["memory"]:
        blocks.append(b"x" * step)
        held += step
    return f"got {held >> 20} MiB"


def disk(most=MOST["disk"]):
    size = 0
    with open("/tmp/fill", "wb", buffering=0) as file:
        while size < most:
            size += file.write(bytes(1 << 20))
    return f"got {size >> 20} MiB"


def fills(folder):
    """Empty files, until there is one no more. 0 where none can be made."""
    own = f"{folder}/inodes"
    try:
        os.mkdir(own)
    except OSError:
        return 0
    made = 0
    try:
        while made < MOST["inodes"]:
            os.mknod(f"{own}/{made}", stat.S_IFREG | 0o600)
            made += 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
    # The commands of the check make files there.
    for number in range(made) if folder == "/tmp" else ():
        os.unlink(f"{own}/{number}")
    return made


def inodes():
    made = {folder: fills(folder) for folder in FOLDERS}
    told = ", ".join(f"{folder} {count}" for folder, count in made.items() if count > 0)
    return f"{'got' if max(made.values()) >= MOST['inodes'] else 'refused ENOSPC:'} {told}"


def mounts():
    """The room of a file system in memory that it mounts for itself, in a namespace that ends with this process."""
    ctypes.CDLL(None).unshare(CLONE_NEWNS)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g", "own", "/tmp"], check=True)
    return disk(MOST["mounts"])


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
