"""Which units send more than their share of a run's requests: a sketch in bounded memory (Misra and Gries, 1982).

Every unit beyond a share of 1/(KEPT + 1) is among those kept, and no count is too great. A label never holds a user, so
a unit goes by its hash; a word that stands for nobody goes by itself, for that is what people have to look for.
"""

from typing import Final

KEPT: Final = 100  # units; a count is too small by one in a hundred of what was noted, at most
SHARE: Final = 20  # one in so many requests is heavy
FEW_NOTED: Final = 20  # below this no share says anything
HASH_BYTES: Final = 4  # of a name: enough to tell a handful apart
PLACEHOLDERS: Final = frozenset(
    (b"undefined", b"null", b"none", b"nil", b"nan", b"anonymous", b"guest", b"unknown", b"default", b"test", b"user",
     b"false", b"true", b"0", b"-1", b"-", b"[object object]", b"00000000-0000-0000-0000-000000000000")
)  # fmt: skip


class HeavyUnits:
    """The units noted most often."""

    def __init__(self) -> None:
        self.noted = 0
        self.counts: dict[str, int] = {}

    def note(self, unit: bytes, digest: bytes) -> None:
        """Note a request of a unit, of which `digest` is the hash."""
        self.noted += 1
        name = unit.decode().lower() if unit.lower() in PLACEHOLDERS else digest[:HASH_BYTES].hex()
        if name in self.counts or len(self.counts) < KEPT:
            self.counts[name] = self.counts.get(name, 0) + 1
        else:  # one of each is struck off: a unit loses no more than others gain on it
            self.counts = {each: count - 1 for each, count in self.counts.items() if count > 1}

    def list_heavy(self) -> dict[str, int]:
        """Those beyond the share, at most 20."""
        if self.noted < FEW_NOTED:
            return {}
        return {name: count for name, count in self.counts.items() if count * SHARE > self.noted}
