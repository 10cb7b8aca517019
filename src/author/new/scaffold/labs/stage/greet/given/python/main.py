#!/usr/bin/env python3
"""Greets: greet NAME

The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
"""

import sys


def main():
    # Step 1: print the greeting; without a name, print a usage line on standard error and exit with another code than 0.
    print(f"to be built: greet {sys.argv[1:]}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
