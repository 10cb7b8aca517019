#!/bin/sh
# Written by: lab ci init --provider gradescope
# Gradescope runs this for each submission. Such containers refuse namespaces, so that components run in a throw-away
# kernel, started by an ordinary user: what a submission does ends with that kernel.
set -u
grader=61002 # a user id that nobody has
out=$(mktemp -d)
chown "$grader" "$out"
# The submission is a workspace, or holds one.
workspace=/autograder/submission
[ -e "$workspace/workspace.yaml" ] || workspace=$(dirname "$(find "$workspace" -maxdepth 3 -name workspace.yaml | sort | head -n 1)")
status=0
setpriv --reuid="$grader" --regid="$grader" --clear-groups -- \
  env HOME="$out" XDG_CACHE_HOME="$out/cache" /autograder/drydock/lab grade --workspace "$workspace" --target uml --timeout 30m@REQUIRE@ \
  --reporter tty --reporter gradescope="$out/results.json" || status=$?
if [ -f "$out/results.json" ]; then
  cp "$out/results.json" /autograder/results/results.json
else
  # Without a score Gradescope says that the autograder failed, and keeps none.
  printf '{"output": "lab could not grade this submission (exit code %s): it holds no workspace.yaml, or the autograder is broken."}\n' \
    "$status" >/autograder/results/results.json
fi
rm -rf "$out"
exit 0
