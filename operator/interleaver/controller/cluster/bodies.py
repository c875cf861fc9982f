"""Bodies: objects as they were last asked for, packed, and good for as long as the watch tells of no other version.

Packed they take a tenth of what they would as Python's objects. All together they are bounded: what was not used for
longest goes first, and is asked for again when somebody needs it.
"""

from collections import OrderedDict
from typing import Any, Final, NamedTuple

import msgspec

MOST: Final = 96 << 20  # bytes of all; a thousand experiments at rest take about 30 MB


class Name(NamedTuple):
    """Of what it is the body: an object, or the pods that a label selects."""

    kind: str
    namespace: str
    name: str


class Bodies:
    """Bodies, each with the version that it is of."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Name, tuple[str, bytes]] = OrderedDict()

    def find(self, name: Name, version: str) -> Any:
        """The body of that version, unpacked anew for each who asks; None when it is not kept."""
        found = self._kept.get(name)
        if found is None or found[0] != version:
            return None
        self._kept.move_to_end(name)
        return msgspec.json.decode(found[1])

    def keep(self, name: Name, version: str, body: Any) -> None:
        """Keep it in place of the former version."""
        self.drop(name)
        packed = msgspec.json.encode(body)
        self._kept[name] = (version, packed)
        self._size += len(packed)
        while self._size > self._most:
            self.drop(next(iter(self._kept)))

    def drop(self, name: Name) -> None:
        """Keep it no more."""
        _, packed = self._kept.pop(name, ("", b""))
        self._size -= len(packed)
