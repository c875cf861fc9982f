"""Turns: models are asked a block of cases each at a time, so that what else the machine does meets them all alike.

Asked one after the other, the model that happens to be asked while something else runs would look slower. Asked all at
once, each would be slowed down by the others.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

EACH: Final = 20  # cases of a block for each request in flight: what idles at a block's end is a small part of it


class Turns:
    """Who holds the baton asks. It goes to whoever has waited longest."""

    def __init__(self, models: int) -> None:
        self.models = models
        self.baton = asyncio.Lock()

    def cut(self, rows: Sequence[int], concurrency: int) -> Iterator[Sequence[int]]:
        """The cases of each turn of a model; all at once where there is no other model."""
        size = EACH * concurrency if self.models > 1 else max(1, len(rows))
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
