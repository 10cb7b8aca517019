#!/bin/sh
# Written by: lab ci init --provider generic   Run it again to renew this file.
# Grades the workspace that this file lies in. For any CI system that runs a command: sh drydock-ci.sh
# Writes grade.json, grade.xml (JUnit) and grade.md; exits 0 when all that is required is met, 1 when it is short, 3 when
# this machine could not grade. DRYDOCK_HOME: where the course is kept from one run to the next.
set -eu
cd "$(dirname "$0")"
course=${DRYDOCK_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/drydock-ci}
git init --quiet "$course"
git -C "$course" cat-file -e '@COMMIT@^{commit}' 2>/dev/null ||
  git -C "$course" fetch --quiet --depth 1 '@URL@' '@COMMIT@'
git -C "$course" checkout --quiet --force --detach '@COMMIT@'
"$course/lab" --version
exec "$course/lab" grade --workspace .@REQUIRE@ \
  --reporter tty --reporter json=grade.json --reporter junit=grade.xml --reporter markdown=grade.md
