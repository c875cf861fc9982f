"""Where the value at a JSON pointer stands in a document, byte by byte.

msgspec says how long each member of an object is but not where. Walking over the members says where, and checks itself:
it fails if a name comes twice, in which case nobody can say which of the two values the shop will read.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

# A member's name and the colon after it; what msgspec has accepted needs no stricter look.
NAME: Final = re.compile(rb'[ \t\n\r]*"(?:[^"\\]|\\.)*"[ \t\n\r]*:[ \t\n\r]*', re.DOTALL)
WHITE: Final = b" \t\n\r"
SPACE: Final = re.compile(rb"[ \t\n\r]*")
ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])

MOST_MEMBERS: Final = 32  # of an object whose frame is kept
MOST_FRAME_BYTES: Final = 4096  # of a frame that is kept


class Frame(NamedTuple):
    """What stands around the values of an object: its names, colons, commas and white space.

    An answer with the same bytes around other values has the same members, so it need not be walked.
    """

    parts: list[bytes | msgspec.Raw]  # every other one is the place of a value
    wanted: int  # index of the value that is looked for

    def fit(self, value: bytes, members: Iterable[msgspec.Raw]) -> tuple[int, int] | None:
        """Offset and length of the wanted value if these members in this frame are the whole object."""
        parts = self.parts.copy()
        parts[1::2] = members
        if b"".join(parts) != value:
            return None
        return sum(map(len, parts[: self.wanted])), len(parts[self.wanted])


class Step:
    """One token of a pointer."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.frames: dict[int, Frame] = {}  # the last one by the number of members: two models may differ in shape

    def find(self, value: bytes) -> tuple[int, int]:
        """Offset and length of what the token names in an object or a list. Raises ValueError or LookupError."""
        if not value.startswith(b"{"):
            return find_element(value, int(self.token))
        members = OBJECT.decode(value)
        frame = self.frames.get(len(members))
        found = frame.fit(value, members.values()) if frame is not None else None
        return found or self.walk(value, members)

    def walk(self, value: bytes, members: dict[str, msgspec.Raw]) -> tuple[int, int]:
        """Find the member by walking over all, and keep the frame."""
        parts: list[bytes | msgspec.Raw] = []
        found, index, position, end = None, 0, 1, 0
        for name, raw in members.items():
            match = NAME.match(value, position)
            if match is None:
                raise ValueError("a name comes twice")
            position = match.end()
            parts += value[end:position], b""
            end = position + len(raw)
            if name == self.token:
                found, index = (position, len(raw)), len(parts) - 1
            position = skip_value(value, position, raw)
        if found is None or value[position : position + 1] != b"}" or position + 1 != len(value):
            raise ValueError(f"no single member {self.token!r}")
        self.keep(Frame([*parts, value[end:]], index), len(members))
        return found

    def keep(self, frame: Frame, members: int) -> None:
        """Keep a frame for the next answer, if it is small."""
        if members <= MOST_MEMBERS and sum(map(len, frame.parts)) <= MOST_FRAME_BYTES:
            self.frames[members] = frame


def locate(body: bytes, path: Iterable[Step]) -> tuple[int, int]:
    """Where the value at a pointer begins and ends. Raises ValueError or LookupError."""
    end = len(body.rstrip(WHITE))
    start = end - len(body[:end].lstrip(WHITE))
    for step in path:
        position, length = step.find(body[start:end])
        start += position
        end = start + length
    return start, end


def find_element(value: bytes, index: int) -> tuple[int, int]:
    """Offset and length of a list's element."""
    for number, (position, raw) in enumerate(walk_list(value)):
        if number == index:
            return position, len(raw)
    raise LookupError(f"no element {index}")


def walk_list(value: bytes) -> Iterator[tuple[int, msgspec.Raw]]:
    """A list's elements, each with its offset."""
    position = 1
    for raw in ITEMS.decode(value):
        position = SPACE.match(value, position).end()  # type: ignore[union-attr]
        yield position, raw
        position = skip_value(value, position, raw)


def skip_value(value: bytes, position: int, raw: msgspec.Raw) -> int:
    """The position after a value and the comma that follows it, if one does."""
    if not value.startswith(raw, position):
        raise ValueError("a name comes twice")
    position = SPACE.match(value, position + len(raw)).end()  # type: ignore[union-attr]
    return position + 1 if value[position : position + 1] == b"," else position
