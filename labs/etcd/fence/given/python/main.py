#!/usr/bin/env python3
"""Runs a program under a lock of etcd, leads an election, and guards a resource against holders of the past:

    fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
    fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
    fence guard --listen HOST:PORT --upstream URL --state FILE

The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
"""

import argparse
import sys


def lock(endpoint, ttl, name, command):
    # Step 1: grant a lease, create the key, wait for your turn, run the command.
    # etcd's JSON gateway needs the standard library alone: urllib.request posts to endpoint + "/v3/lease/grant". Keys and
    # values are base64, numbers of 64 bits come as strings. A watch is an answer that goes on: read it line by line, in a
    # thread. subprocess.Popen starts the command; time.monotonic() is the clock that nobody moves.
    print(f"fence: to be built: lock {name} at {endpoint} (TTL {ttl} s) for {command}", file=sys.stderr)
    return 1


def campaign(endpoint, ttl, name, value):
    print(f"fence: to be built: campaign {name} {value} at {endpoint} (TTL {ttl} s)", file=sys.stderr)
    return 1


def guard(listen, upstream, state):
    # Step 6: http.server.ThreadingHTTPServer serves, http.client asks. os.fsync takes descriptors, also of a folder.
    print(f"fence: to be built: guard on {listen} before {upstream}, with {state}", file=sys.stderr)
    return 1


def main():
    arguments, command = sys.argv[1:], []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(prog="fence")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("lock", "campaign"):
        one = commands.add_parser(name)
        one.add_argument("--endpoints", default="http://127.0.0.1:2379", help="URL of etcd")
        one.add_argument("--ttl", type=int, default=10, help="seconds after which a silent holder has lost the lock")
        one.add_argument("name")
        if name == "campaign":
            one.add_argument("value")
    one = commands.add_parser("guard")
    one.add_argument("--listen", required=True, help="address to listen on")
    one.add_argument("--upstream", required=True, help="URL of the resource")
    one.add_argument("--state", required=True, help="file of the greatest token")
    words = parser.parse_args(arguments)
    if words.command == "guard":
        return guard(words.listen, words.upstream, words.state)
    if words.command == "campaign":
        return campaign(words.endpoints, words.ttl, words.name, words.value)
    if not command:
        parser.error("lock needs -- CMD")
    return lock(words.endpoints, words.ttl, words.name, command)


if __name__ == "__main__":
    sys.exit(main())
