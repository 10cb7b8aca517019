#!/usr/bin/env python3
"""A server and a client of ttrpc, over a unix socket:

    frames serve --sock S
    frames call --sock S [--timeout MS] SERVICE METHOD

`serve` offers the service echo.Echo; `call` reads the payload of one request from standard input, and writes the
payload of the response to standard output. The contract is in LESSON.md, section "Contract"; `lab check` says which
part to build next.
"""

import argparse
import sys


def serve(sock):
    # Step 1: listen on the socket, read one frame, answer it.
    # socket.AF_UNIX is the family, and struct takes a header apart: struct.Struct(">IIBB").
    # Before you write a loop over recv, look ahead to step 3: a request must not wait for an earlier one.
    print(f"frames: to be built: serve on {sock}", file=sys.stderr)
    return 1


def call(sock, service, method, timeout):
    # Step 1: send one request frame, read the response, write its payload to standard output.
    # Bytes come from sys.stdin.buffer and go to sys.stdout.buffer.
    print(f"frames: to be built: call {service} {method} on {sock} (timeout {timeout} ms)", file=sys.stderr)
    return 1


def main():
    parser = argparse.ArgumentParser(prog="frames")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve")
    server.add_argument("--sock", required=True, help="path of the unix socket")
    client = commands.add_parser("call")
    client.add_argument("--sock", required=True, help="path of the unix socket")
    client.add_argument("--timeout", type=int, help="ms until the caller gives up; without it never")
    client.add_argument("service")
    client.add_argument("method")
    words = parser.parse_args()
    if words.command == "serve":
        return serve(words.sock)
    return call(words.sock, words.service, words.method, words.timeout)


if __name__ == "__main__":
    sys.exit(main())
