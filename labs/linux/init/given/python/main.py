#!/usr/bin/env python3
"""The first process (PID 1) of a pid namespace: init [-g] [--] COMMAND [ARG…]

It starts COMMAND as its child, passes signals on to it, reaps what is left behind, and exits the way its child did.
The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
"""

import getopt
import sys

USAGE = "usage: init [-g] [--] COMMAND [ARG…]"


def main():
    try:
        # getopt ends at the first word that is not an option: the options of COMMAND are not ours.
        options, command = getopt.getopt(sys.argv[1:], "g")
    except getopt.GetoptError as error:
        print(f"init: {error}\n{USAGE}", file=sys.stderr)
        return 2
    if not command:
        print(USAGE, file=sys.stderr)
        return 2
    group = ("-g", "") in options

    # Step 1: start the command, wait for it, and exit with its status.
    # Before you reach for subprocess, look ahead to step 4: this process will also get children that it did not start.
    print(f"init: to be built: start {command} (-g: {group}) and exit with its status", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
