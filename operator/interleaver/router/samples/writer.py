"""The writer: lines to files. A volume that is full or gone is an outcome, which is counted and told once."""

import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from interleaver.interleaving.memo import remember
from interleaver.interleaving.ranking import Identity
from interleaver.router.system.log import record

from .entry import Converted, Shown
from .files import Files
from .lines import Long, write_line
from .redaction import Unfit

REST_SECONDS: Final = 5.0  # after a failure, in which nothing is tried
MOST_MARKS: Final = 100_000  # conversions that are known to be written; anybody with a token may send one again
RESULTS: Final = ("written", "long", "unfit", "failed", "repeated")


class Writer:
    """Takes entries, in the thread of the samples."""

    def __init__(self, host: str, clock: Callable[[], float]) -> None:
        self.files = Files(host)
        self.clock = clock
        self.taken = 0  # bytes, of all entries so far
        self.counts = dict.fromkeys(RESULTS, 0)
        self.marks: dict[tuple[bytes, Identity], None] = {}
        self.failing: str | None = None  # the folder to which nothing can be written
        self.failed_at = 0.0
        self.faults: set[str] = set()  # kinds of faults of ours that were told

    def take(self, entry: Shown | Converted) -> None:
        """Write an entry's line, and count what became of it."""
        self.taken += entry.size
        try:
            result = self.write(entry)
        except Exception as error:  # noqa: BLE001 - were the thread to end, nothing would be written any more
            self.report(error)
            result = "failed"
        self.counts[result] += 1

    def write(self, entry: Shown | Converted) -> str:
        """What became of an entry."""
        if isinstance(entry, Converted) and (entry.nonce, entry.item) in self.marks:
            return "repeated"
        rule = entry.rule
        if rule.folder == self.failing and self.clock() < self.failed_at + REST_SECONDS:
            return "failed"
        try:
            self.files.write(write_line(entry), rule.folder, rule.file_bytes, rule.files)
        except Long:
            return "long"
        except Unfit:
            return "unfit"
        except OSError as error:
            self.fail(error, rule.folder)
            return "failed"
        self.succeed(entry)
        return "written"

    def fail(self, error: OSError, folder: str) -> None:
        """Rest, and say it the first time."""
        if self.failing != folder:
            record("samples-failing", folder=folder, error=error.strerror or type(error).__name__)
        self.failing, self.failed_at = folder, self.clock()
        self.close()

    def report(self, error: Exception) -> None:
        """Tell a fault of ours, each kind once, by its place alone: its words may quote what a user sent."""
        self.close()
        kind = type(error).__name__
        if kind not in self.faults:
            self.faults.add(kind)
            trace = traceback.format_tb(error.__traceback__)
            record("fault", message=f"a line of samples ended in {kind}", traceback="".join(trace))

    def succeed(self, entry: Shown | Converted) -> None:
        """Say it after a failure."""
        if self.failing is not None:
            self.failing = None
            record("samples-written-again", folder=entry.rule.folder)
        if isinstance(entry, Converted):
            remember(self.marks, MOST_MARKS, (entry.nonce, entry.item), None)

    def close(self) -> None:
        """Close the file; what that fails with is no news any more."""
        with suppress(OSError):
            self.files.close()
