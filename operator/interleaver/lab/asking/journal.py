"""Writes answers to their file as they come, in batches that are on the disk before they count as kept."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Final

import msgspec

from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.unusable import Place, Unusable

from .answer_file import Kept, check_model, read_kept
from .answer_lines import make_header, write_line
from .outcome import Outcome

PERIOD: Final = 0.5  # seconds between two batches: what is lost at most when the machine stops


class Journal:
    """Keeps lines until they are written. Without a file it keeps nothing."""

    def __init__(self, descriptor: int | None) -> None:
        self.descriptor = descriptor
        self.lines: list[bytes] = []

    def note(self, case: str, outcome: Outcome, again: bool) -> None:
        """A case has an outcome."""
        if self.descriptor is not None:
            self.lines.append(write_line(case, outcome, again))

    async def keep(self) -> None:
        """Write a batch now and then, until this is cancelled. The disk is waited for in a thread."""
        while True:
            await asyncio.sleep(PERIOD)
            await asyncio.to_thread(self.write)

    def write(self) -> None:
        """Write what has come."""
        lines, self.lines = self.lines, []
        if lines and self.descriptor is not None:
            write_all(self.descriptor, b"".join(lines))
            os.fsync(self.descriptor)

    def close(self) -> None:
        """Write the rest, and let others have the file."""
        self.write()
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def open_journal(path: Path | None, model: str, suite: Suite) -> tuple[Journal, Kept]:
    """A file to write to, begun or gone on with, and what it holds. Raises Unusable."""
    nothing = Kept(model, [None] * len(suite.cases))
    if path is None:
        return Journal(None), nothing
    descriptor = lock(path)
    try:
        header = msgspec.json.encode(make_header(model, suite)) + b"\n"
        if is_begun(path, header):
            os.ftruncate(descriptor, 0)
            write_all(descriptor, header)
            return Journal(descriptor), nothing
        kept = read_kept(path, suite)
        check_model(path, kept.model, model)
        os.ftruncate(descriptor, kept.end)
    except BaseException:
        os.close(descriptor)
        raise
    return Journal(descriptor), kept


def is_begun(path: Path, header: bytes) -> bool:
    """Whether the file is empty, or its first line was torn when a run ended."""
    with path.open("rb") as file:
        begun = file.read(len(header))
    return len(begun) < len(header) and header.startswith(begun)


def lock(path: Path) -> int:
    """The file, open to append to, for this process alone. Raises Unusable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Unusable(Place(str(path)), error.strerror or str(error), "give a file that can be written") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise Unusable(Place(str(path)), "another run is writing to it", "let it end, or give another file") from None
    return descriptor


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything: one call may take less."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
