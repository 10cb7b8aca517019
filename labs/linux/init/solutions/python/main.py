#!/usr/bin/env python3
"""The first process (PID 1) of a pid namespace: init [-g] [--] COMMAND [ARG…]

It starts COMMAND as its child, passes signals on to it (-g: to its whole process group), reaps what is left behind,
and exits the way its child did.

No signal handler runs here. The signals are blocked, so that the kernel keeps them pending, and one loop takes them one
by one with sigwait: nothing is interrupted, and nothing that arrives before the loop begins is lost.
"""

import os
import signal
import sys

USAGE = "usage: init [-g] [--] COMMAND [ARG…]"

# What is sent to a container in order to reach the program in it. SIGKILL and SIGSTOP cannot be caught; SIGCHLD is
# about our own children.
PASSED_ON = {
    signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT,
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH,
}


def main():
    # Options end at the first word that is none: those of COMMAND are not ours. The modules that parse options take longer
    # to load than all the rest of this program.
    command, whole_group = sys.argv[1:], False
    while command and command[0].startswith("-"):
        word = command.pop(0)
        if word == "--":
            break
        if word != "-g":
            command = []
        whole_group = True
    if not command:
        print(USAGE, file=sys.stderr)
        return 2

    # Before the child exists: what arrives from here on is pending until the loop below takes it. SIGTTOU is for
    # become() alone.
    inherited = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON | {signal.SIGCHLD, signal.SIGTTOU})

    foreground = owns_terminal()
    child = os.fork()
    if child == 0:
        become(command, foreground, inherited)
    try:
        # The child does this too. Whoever comes first, the group exists before the first signal is passed on to it.
        os.setpgid(child, child)
    except OSError:
        pass  # it did it, and has executed COMMAND or ended since
    target = -child if whole_group else child  # kill(2): a negative pid is a process group

    while True:
        received = signal.sigwait(PASSED_ON | {signal.SIGCHLD})
        if received == signal.SIGCHLD:
            code = reap(child)
            if code is not None:
                return code  # the kernel ends what still runs in this pid namespace
        else:
            try:
                os.kill(target, received)
            except ProcessLookupError:
                pass  # the whole group has ended: the next SIGCHLD says so


def become(command, foreground, inherited):
    """Turns this process, the new child, into the command. Does not return."""
    code = 126
    try:
        # A group of its own: -g then reaches exactly what the command started, and a Ctrl-C on the terminal reaches the
        # command and not init (which would pass it on, and it would arrive twice).
        os.setpgid(0, 0)
        if foreground:
            # Only the foreground group may read from a terminal. Asked from the background, as here, the kernel
            # answers with SIGTTOU, which would stop us: it is still blocked.
            os.tcsetpgrp(0, os.getpid())
        # The command gets the signals as init got them. Python ignores two and handles SIGINT; ignored ones stay
        # ignored after exec, and a handler would swallow a SIGINT that is pending when the mask is lifted.
        for changed in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(changed, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, inherited)
        os.execvp(command[0], command)
    except OSError as error:
        # As in the shell: 127 when there is no such command, 126 when there is but it cannot be run.
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            code = 127
        os.write(2, f"init: {command[0]}: {error.strerror}\n".encode(errors="surrogateescape"))
    finally:
        os._exit(code)  # never back into main: there would be two of it


def reap(child):
    """Waits for every child that has ended, orphans included. Returns the exit code if ours was among them, else None.

    A loop: a signal is pending or not, so one SIGCHLD may stand for hundreds of children.
    """
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            if code < 0:  # Python's way to say that a signal ended it
                code = 128 - code


def owns_terminal():
    """Whether standard input is our controlling terminal and we are in its foreground.

    In the background it is somebody else's, and not ours to give away.
    """
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
