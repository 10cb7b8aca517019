"""A build that does what is not its business, and writes into the component what came of it."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import state  # noqa: E402
import tries  # noqa: E402

said = []


def tell(name, act):
    try:
        said.append(f"attack {name}: {act()}\n")
    except OSError as error:
        said.append(f"attack {name}: refused {os.strerror(error.errno)}\n")


tell("build-leave-state", lambda: state.state(True))
tell("build-write-outside", lambda: tries.writes(f"/usr/{tries.MARK}"))
tell("build-read-secret", lambda: tries.reads(tries.GIVEN["secret"]))
tell("build-reach-network", tries.network)
tell("build-outlive", tries.outlive)
os.symlink("/etc/shadow", "shadow")
open("set-user-id", "w").close()
os.chmod("set-user-id", 0o4755)
tell("build-set-user-id", lambda: f"mode {os.stat('set-user-id').st_mode & 0o7777:o}")
with open("built.txt", "w") as file:
    file.writelines(said)
# The engine's own look at the tree comes after this: what is found there is settled.
for path, _, files in os.walk("."):
    for name in files:
        if name == f"state-{tries.MARK}":
            os.unlink(os.path.join(path, name))
