"""The wall clock of an operator's process, which may be wrong, and go wrong while it works.

libfaketime stands between the process and its clock, and asks a file how wrong that is to be. The clock that never goes
back is left alone, as it is where somebody sets the time of a machine.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

HOUR: Final = 3600
LIBRARIES: Final = Path("/usr/lib")
NEEDED: Final = ("clocks that are wrong", "faketime=faketime")  # as tests.packages.install takes it


class Turn(NamedTuple):
    """After so many seconds the clock is wrong by so many, ahead if there are more than none."""

    after: float
    wrong: int


def find_library() -> Path:
    """libfaketime, from Debian's package. Raises AssertionError without it."""
    found = sorted(LIBRARIES.glob("*/faketime/libfaketime.so.1"))
    assert found, "libfaketime is missing: apt-get install faketime"
    return found[0]


class WallClock:
    """Right until somebody turns it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._turning: asyncio.Task[None] | None = None
        self.set(0)

    def set(self, wrong: int) -> None:
        """Make it wrong by so many seconds, at once; the process never reads half of it."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{wrong:+d}")
        os.replace(new, self._file)

    def turn(self, turns: Sequence[Turn]) -> None:
        """Have it turned one time after the other, the first within the second if it is to be now."""
        self._turning = asyncio.create_task(self._turn(turns))

    async def _turn(self, turns: Sequence[Turn]) -> None:
        for each in turns:
            await asyncio.sleep(each.after)
            self.set(each.wrong)

    async def end(self) -> None:
        """Turn it no more."""
        if self._turning is not None:
            self._turning.cancel()
            with suppress(asyncio.CancelledError):
                await self._turning

    def list_variables(self) -> Mapping[str, str]:
        """What a process must find in its environment to have this clock."""
        return {
            "LD_PRELOAD": str(find_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
