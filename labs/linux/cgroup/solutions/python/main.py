#!/usr/bin/env python3
"""Runs a command in a cgroup of its own, and manages such slices:

    cg run --slice NAME [--memory BYTES] [--pids N] [--cpu QUOTA/PERIOD] [--oom-group] -- COMMAND [ARG…]
    cg stat|kill|freeze|thaw NAME
    cg rm [--wait] NAME

All that is known of a slice is in the kernel's files. Nothing is kept elsewhere, so that any cg can go on with what another
one has begun.
"""

import errno
import os
import select
import sys

USAGE = """usage: cg run --slice NAME [--memory N] [--pids N] [--cpu Q/P] [--oom-group] -- COMMAND [ARG…]
       cg stat|kill|freeze|thaw NAME
       cg rm [--wait] NAME"""

ROOT = "/sys/fs/cgroup"
CONTROLLERS = ("cpu", "memory", "pids")


class Usage(Exception):
    pass


def main():
    # The modules that parse options take longer to load than all the rest of this program.
    words = sys.argv[1:]
    try:
        if not words:
            raise Usage
        action = {
            "run": run, "stat": stat, "kill": kill, "freeze": freeze, "thaw": thaw, "rm": remove,
        }.get(words[0])
        if action is None:
            raise Usage
        return action(words[1:]) or 0
    except Usage:
        print(USAGE, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"cg: {error}", file=sys.stderr)
        return 1


def slice_of(words):
    """The slice that is the only argument."""
    if len(words) != 1:
        raise Usage
    return place() + "/" + name_of(words[0])


def name_of(word):
    if not word or not all(c.isascii() and (c.isalnum() or c in "-_") for c in word):
        raise Usage
    return word


def place():
    """Where slices are made: beside our own cgroup. It has processes, us at least, and so gives no controllers away."""
    with open("/proc/self/cgroup") as lines:
        own = next(line[3:].rstrip("\n") for line in lines if line.startswith("0::"))
    return ROOT + own.rsplit("/", 1)[0]


def read(path):
    with open(path) as file:
        return file.read().strip()


def write(path, text):
    # Unbuffered, so that the kernel's answer is that of this write.
    with open(path, "wb", buffering=0) as file:
        file.write(text.encode())


def field(path, key):
    """The value of a line "KEY VALUE"."""
    return dict(line.split() for line in read(path).splitlines())[key]


def wait_for(folder, key, value):
    """Sleeps until a line of cgroup.events has a value.

    kernfs reports a change as POLLPRI | POLLERR to those who have read the file before, from the same open file. So the
    read comes first, and no change is missed.
    """
    with open(f"{folder}/cgroup.events") as events:
        poll = select.poll()
        poll.register(events, select.POLLPRI)
        while True:
            events.seek(0)
            if f"{key} {value}" in events.read().splitlines():
                return
            poll.poll()


# run

def run(words):
    name, limits, command = parse_run(words)
    parent = place()
    folder = f"{parent}/{name}"
    available = read(f"{parent}/cgroup.controllers").split()
    for controller in CONTROLLERS:
        # One by one: a single write is refused as a whole when one of them is not available.
        if controller in available:
            write(f"{parent}/cgroup.subtree_control", f"+{controller}")
    os.mkdir(folder)
    try:
        # Before the command exists: nothing of it is ever without its limits.
        for file, value in limits:
            write(f"{folder}/{file}", value)
        return start_in(folder, command)
    finally:
        try:
            end_all(folder)
            remove_tree(folder)
        except OSError as error:
            if not is_gone(error):  # an rm --wait may have been there first
                raise


def parse_run(words):
    name, limits = None, []
    words = list(words)
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--":
            break
        if word == "--oom-group":
            limits.append(("memory.oom.group", "1"))
            continue
        if word not in ("--slice", "--memory", "--pids", "--cpu") or not words:
            raise Usage
        value = words.pop(0)
        if word == "--slice":
            name = name_of(value)
        elif word == "--cpu":
            quota, _, period = value.partition("/")
            limits.append(("cpu.max", f"{number(quota)} {number(period)}"))
        else:
            limits.append((word[2:] + ".max", number(value)))
    if name is None or not words:
        raise Usage
    return name, limits, words


def number(text):
    if not text.isdecimal():
        raise Usage
    return text


def start_in(folder, command):
    """Runs a command in a slice; returns its exit code."""
    child = os.fork()
    if child == 0:
        become(folder, command)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code  # below zero is Python's way to say that a signal ended it


def become(folder, command):
    """Turns this process, the new child, into the command, in the slice. Does not return."""
    try:
        write(f"{folder}/cgroup.procs", "0")  # 0 is whoever writes
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"cg: {command[0]}: {error.strerror}\n".encode(errors="surrogateescape"))
    finally:
        os._exit(126)


# what can be done to a slice

def stat(words):
    folder = slice_of(words)
    os.stat(folder)
    numbers = {
        "memory.current": lambda: read(f"{folder}/memory.current"),
        "oom_kill": lambda: field(f"{folder}/memory.events", "oom_kill"),
        "pids.current": lambda: read(f"{folder}/pids.current"),
        "cpu.usage_usec": lambda: field(f"{folder}/cpu.stat", "usage_usec"),
    }
    pairs = [f'"{key}": {known(number)}' for key, number in numbers.items()]
    print("{" + ", ".join(pairs) + "}")


def known(number):
    try:
        return number()
    except FileNotFoundError:
        return "null"  # the controller is not enabled for this slice


def kill(words):
    end_all(slice_of(words))


def end_all(folder):
    """Ends every process in a slice and below it. The kernel sees to those that are forked meanwhile."""
    write(f"{folder}/cgroup.kill", "1")
    try:
        wait_for(folder, "populated", 0)
    except OSError as error:
        if not is_gone(error):  # its cg run has removed it by now
            raise


def is_gone(error):
    """What files of a cgroup say that somebody has removed: ENODEV where the file was open already."""
    return error.errno in (errno.ENOENT, errno.ENODEV)


def freeze(words):
    set_frozen(slice_of(words), 1)


def thaw(words):
    set_frozen(slice_of(words), 0)


def set_frozen(folder, frozen):
    write(f"{folder}/cgroup.freeze", str(frozen))
    wait_for(folder, "frozen", frozen)


def remove(words):
    waits = words[:1] == ["--wait"]
    folder = slice_of(words[1:] if waits else words)
    if waits:
        wait_for(folder, "populated", 0)
    if field(f"{folder}/cgroup.events", "populated") != "0":
        raise OSError(errno.EBUSY, "there are processes in the slice", folder)
    remove_tree(folder)


def remove_tree(folder):
    """Removes a cgroup without processes, and those below it first."""
    with os.scandir(folder) as entries:
        below = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    for path in below:
        remove_tree(path)
    os.rmdir(folder)


if __name__ == "__main__":
    sys.exit(main())
