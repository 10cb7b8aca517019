#!/usr/bin/env python3
"""Greets: greet NAME"""

import sys


def main():
    if len(sys.argv) < 2:
        print("usage: greet NAME", file=sys.stderr)
        return 2
    print(f"hello {sys.argv[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
