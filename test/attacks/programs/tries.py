"""What a component tries that is not its business. Each function returns what came of it, in words that the table knows."""

import ctypes
import errno
import glob
import json
import os
import signal
import socket
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
GIVEN = json.load(open(os.path.join(HERE, "given.json")))
MARK = GIVEN["mark"]
VICTIM = int(os.environ.get("VICTIM", GIVEN["victim"]))
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWCGROUP = 0x02000000
PTRACE_ATTACH = 16


def attempt(*args):
    """Runs a program; "" or what it said."""
    done = subprocess.run(args, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stderr.strip() or f"exit {done.returncode}")


def reads(path):
    with open(path, "rb") as file:
        return f"read {len(file.read())} bytes"


def writes(path):
    """Into a folder, after an attempt to make its mount writable."""
    attempt("mount", "-o", "remount,bind,rw", "/")
    for mount in ("/usr", "/lab", "/component"):
        if path.startswith(mount + "/"):
            attempt("mount", "-o", "remount,bind,rw", mount)
    with open(path, "a"):
        return "written"


def others():
    own = {os.getpid(), os.getppid()}
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in own]


def seed():
    """Looks for it in what every process was started with."""
    wanted = "".join(GIVEN["seed"]).encode()
    for file in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
        try:
            if wanted in open(file, "rb").read():
                return f"found in {file}"
        except OSError:
            pass
    return "not found"


def stream():
    """Descriptors beyond the usual three, its own and those of other processes."""
    found = []
    for pid in ["self", *map(str, others())]:
        try:
            names = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for fd in sorted(names, key=int):
            if int(fd) < 3 and pid == "self":
                continue
            try:
                if "/given.json" in os.readlink(f"/proc/{pid}/fd/{fd}"):
                    continue
                out = os.open(f"/proc/{pid}/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK)
                os.write(out, GIVEN["forged"].encode())
                os.close(out)
                found.append(f"{pid}/{fd}")
            except OSError:
                pass
    return f"written to {len(found)} descriptors" if found else "no descriptor"


def devices():
    """The machine's devices: a disk, or the line that the engine speaks on."""
    os.makedirs("/tmp/devices", exist_ok=True)
    said = attempt("mount", "-t", "devtmpfs", "devices", "/tmp/devices")
    if said != "":
        return "refused"
    try:
        line = os.open("/tmp/devices/ttyS0", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        if not GIVEN["plain"]:
            os.write(line, GIVEN["forged"].encode())
        os.close(line)
    except OSError:
        pass
    attempt("umount", "/tmp/devices")
    return "mounted"


def kill():
    ended = []
    if os.getpid() == 1:
        try:
            os.kill(-1, signal.SIGKILL)  # whoever else there is; without this process
            ended.append("others")
        except ProcessLookupError:
            pass
    if os.path.exists(f"/proc/{VICTIM}/cmdline") and MARK in open(f"/proc/{VICTIM}/cmdline").read():
        os.kill(VICTIM, signal.SIGKILL)
        ended.append("the victim")
    return f"ended {', '.join(ended)}" if ended else "nobody"


def trace():
    if LIBC.ptrace(PTRACE_ATTACH, VICTIM, None, None) == 0:
        os.waitpid(VICTIM, 0)
        LIBC.ptrace(17, VICTIM, None, None)
        return "attached"
    return errno.errorcode[ctypes.get_errno()]


def cover():
    """A mount over a folder of programs is its own affair: nobody else may see it."""
    before = "covered before" if os.path.exists(f"/usr/sbin/{MARK}") else "not covered before"
    said = attempt("mount", "-t", "tmpfs", "cover", "/usr/sbin")
    if said == "":
        open(f"/usr/sbin/{MARK}", "w").close()
        if os.getpid() != 1:
            attempt("umount", "/usr/sbin")
    return f"{before}; {'mounted' if said == '' else 'refused'}"


def sysctl():
    """Opens what only the machine's root may write, and writes nothing."""
    could = []
    for name in ("sys/kernel/core_pattern", "sysrq-trigger", "sys/vm/drop_caches"):
        try:
            os.close(os.open(f"/proc/{name}", os.O_WRONLY))
            could.append(name)
        except OSError:
            pass
    return f"could write {', '.join(could)}" if could else "refused"


def bound():
    """Its own memory bound, through a cgroup tree that it mounts."""
    if LIBC.unshare(CLONE_NEWCGROUP) != 0:
        return "refused"
    os.makedirs("/tmp/groups", exist_ok=True)
    for kind, options, file in (("cgroup2", "rw", "memory.max"), ("cgroup", "memory", "memory.limit_in_bytes")):
        if attempt("mount", "-t", kind, "-o", options, "groups", "/tmp/groups") != "":
            continue
        try:
            with open(f"/tmp/groups/{file}", "r+") as bounds:
                before = bounds.read()
                if os.getpid() != 1 and not GIVEN["greets"]:
                    return "could write"
                bounds.write(str(600 << 20))
                bounds.flush()
                bounds.seek(0)
                bounds.write(before)
            return "could write"
        except OSError:
            pass
        finally:
            attempt("umount", "/tmp/groups")
    return "refused"


def network():
    made = []
    for host, port in (("127.0.0.1", GIVEN["port"]), ("192.0.2.1", 80)):
        try:
            socket.create_connection((host, port), timeout=1).close()
            made.append(host)
        except OSError:
            pass
    return f"reached {', '.join(made)}" if made else "reached nobody"


def detect():
    """What tells that this is a grading. It is no secret."""
    signs = [sign for sign in ("/lab", "/component") if os.path.exists(sign)]
    return f"on {os.uname().nodename}: {' '.join(signs)}; variables {' '.join(sorted(os.environ))}"


def quiet():
    """Lets go of the terminal or the pipes: who greets is waited for until nobody holds its output."""
    if GIVEN["greets"]:
        null = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)


def leave(name, script):
    """A daemon in a session of its own, which ends with the pid namespace; says how many of its name there were before."""
    alive = []
    for pid in others():
        try:
            if f"{name}-{MARK}" in open(f"/proc/{pid}/cmdline").read():
                alive.append(pid)
        except OSError:
            pass
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            quiet()
            os.execvp("sh", ["sh", "-c", script, f"{name}-{MARK}", *GIVEN["folders"]])
        os._exit(0)
    os.wait()
    return f"found {len(alive)}"


def outlive():
    """It ignores signals, and waits for ever."""
    return leave("outlive", "trap '' TERM HUP; while :; do sleep 86311; done")


def later():
    """It acts when its check is probably over, and again each second: state.py looks for its marks."""
    marks = f'for folder; do true >"$folder/state-{MARK}"; done'
    return leave("outlive-later", f"while :; do sleep 1; {marks}; done 2>/dev/null")
