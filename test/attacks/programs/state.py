"""Leaves a mark wherever something may be left, and says which marks it finds of an earlier start."""

import os
import socket

from tries import GIVEN, LIBC, MARK, quiet

SEGMENT = 0x0D0C0001
IPC_CREAT = 0o1000


def state(plants):
    """ "found /tmp, shm; left /tmp, shm": where an earlier one's marks were, and where there is one now."""
    found, left = [], []
    for folder in GIVEN["folders"]:
        path = f"{folder}/state-{MARK}"
        if os.path.exists(path):
            found.append(folder)
        try:
            if plants:
                open(path, "w").close()
                left.append(folder)
        except OSError:
            pass
    if LIBC.shmget(SEGMENT, 4096, 0o666) >= 0:
        found.append("shm")
    if plants and LIBC.shmget(SEGMENT, 4096, IPC_CREAT | 0o666) >= 0:
        left.append("shm")
    name = f"\0state-{MARK}"
    try:
        socket.socket(socket.AF_UNIX).connect(name)
        found.append("socket")
    except OSError:
        pass
    return f"found {', '.join(found) or 'nothing'}; left {', '.join(left) or 'nothing'}"


def listen():
    """A process that holds an abstract socket as long as it lives."""
    server = socket.socket(socket.AF_UNIX)
    try:
        server.bind(f"\0state-{MARK}")
    except OSError:
        return
    server.listen()
    if os.fork() == 0:
        os.setsid()
        quiet()
        while True:
            server.accept()
