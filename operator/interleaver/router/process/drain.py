"""Tells the router of its own container that the pod's end has begun: what the preStop hook executes.

A signal, for nobody outside the container can send one: a page on a port is everybody's. It runs while a pod is being
ended on a node that may be busy, so it loads next to nothing. Images hold no compiled modules of the standard library,
so that `typing` alone would take three times as long as all the rest.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DRAIN_SIGNAL = 10  # SIGUSR1 on Linux, by its number, for the reason above
PROCESSES = "/proc"


def main(processes: str = PROCESSES, kill: "Callable[[int, int], None]" = os.kill) -> None:
    """Signal the router. Exits with 1 if there is none, which the kubelet tells in an event."""
    if not drain(processes, kill):
        print("interleaver-drain: no router runs in this container", file=sys.stderr)
        sys.exit(1)


def drain(processes: str, kill: "Callable[[int, int], None]") -> int:
    """Signal every router of this container; returns how many there were."""
    reached = 0
    for number in find_routers(processes):
        try:
            kill(number, DRAIN_SIGNAL)
        except OSError:  # it has just ended, or is somebody else's
            continue
        reached += 1
    return reached


def find_routers(processes: str) -> "Iterator[int]":
    """The routers that see the same files as we do. A pod may share its processes, or the node's, with others."""
    own = read_files(f"{processes}/self")
    for name in os.listdir(processes):
        if name.isdecimal() and is_router(f"{processes}/{name}") and own == read_files(f"{processes}/{name}"):
            yield int(name)


def read_files(process: str) -> "str | None":
    """What names the files that a process sees; None where that is not told, as in some sandboxes."""
    try:
        return os.readlink(f"{process}/ns/mnt")
    except OSError:
        return None


def is_router(process: str) -> bool:
    """Whether it was started by the command `interleaver router`."""
    try:
        with open(f"{process}/cmdline", "rb") as file:
            words = b"\0" + file.read()  # each ends with a zero
    except OSError:
        return False
    return b"/interleaver\0router\0" in words or b"\0interleaver\0router\0" in words
