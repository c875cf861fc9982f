"""Turns at the one operator of the cluster, for tests in several processes: many beside each other, or one alone.

Who wants to be alone waits at the door, where those behind wait for it. So it waits for the tests that run already, and
for no others.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Turns:
    """Locks in a folder that the processes share; a process that ends gives back what it holds."""

    folder: Path

    @contextmanager
    def beside(self) -> Iterator[None]:
        """A turn at the same time as others."""
        with (self.folder / "room").open("w") as room:
            with (self.folder / "door").open("w") as door:
                fcntl.flock(door, fcntl.LOCK_EX)
                fcntl.flock(room, fcntl.LOCK_SH)
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A turn at the same time as no other."""
        with (self.folder / "door").open("w") as door, (self.folder / "room").open("w") as room:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX)
            yield
