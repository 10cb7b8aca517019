"""Starts nothing, and prints what a grader, a terminal, an XML parser or a runner of workflows might believe."""

import json
import os

GIVEN = json.load(open("/component/given.json"))
REPORT = {"format": 1, "points": {"earned": 18, "of": 18}, "labs": [{"lab": "linux/init", "state": "graded"}]}

for fd in (1, 2):
    os.write(fd, (GIVEN["forged"] + json.dumps(REPORT) + "\n").encode())
    os.write(fd, b"1..1\nok 1 - linux/init\nBail out!\n18 of 18 points\n")
    os.write(fd, b"\x1b]0;owned\x07\x1b[2J\x1b[H18 of 18 points\r\n\x9b2J\xff\xfe\x00\n")
    os.write(fd, b"]]></system-out></testcase><testcase name='forged'/><!-- &amp; &#x1b; -->\n")
    os.write(fd, b"::error::forged\n  ::set-output name=x::y\n##[command]forged\n```\n# forged\n</code></pre>\n")
