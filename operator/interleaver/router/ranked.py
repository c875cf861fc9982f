"""Finding the ranked list in a model's answer, byte by byte, so that all the rest can stay as it is."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import msgspec

from interleaver.interleaving.ranking import Identity, identify

# A member's name and the colon after it; what msgspec has accepted needs no stricter look.
NAME: Final = re.compile(rb'[ \t\n\r]*"(?:[^"\\]|\\.)*"[ \t\n\r]*:[ \t\n\r]*', re.DOTALL)
SPACE: Final = re.compile(rb"[ \t\n\r]*")
ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Unusable(ValueError):
    """The answer holds no list of items with ids at the contract's pointers."""


class Ranked(NamedTuple):
    """A model's list: where it stands in the answer, and the bytes of each item by id, duplicates dropped, in order."""

    start: int
    end: int
    items: dict[Identity, msgspec.Raw]


IdReader = Callable[[msgspec.Raw], Iterable[object]]


class ListReader:
    """Reads lists by a contract's two pointers."""

    def __init__(self, items: str, item_id: str) -> None:
        self.path = split_pointer(items)
        self.read_ids = make_id_reader(split_pointer(item_id))

    def read(self, body: bytes) -> Ranked:
        """The list in an answer. Raises Unusable."""
        try:
            start, end = locate(body, self.path)
            text = msgspec.Raw(body[start:end])
            raws = ITEMS.decode(text)
            ids = [identify(value) for value in self.read_ids(text)]
        except (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise Unusable(str(error)) from None
        if len(ids) == len(raws) and len(items := dict(zip(ids, raws, strict=True))) == len(raws):
            return Ranked(start, end, items)
        unique: dict[Identity, msgspec.Raw] = {}
        for item, raw in zip(ids, raws, strict=True):
            unique.setdefault(item, raw)
        return Ranked(start, end, unique)


def splice(body: bytes, ranked: Ranked, items: Iterable[msgspec.Raw]) -> bytes:
    """The answer with its list replaced and every other byte kept."""
    return b"%b[%b]%b" % (body[: ranked.start], b",".join(items), body[ranked.end :])


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901); none for the whole document."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def resolve(document: Any, path: Iterable[str]) -> Any:
    """What a pointer points at in a decoded document. Raises LookupError or TypeError if there is nothing."""
    for token in path:
        document = document[int(token)] if isinstance(document, list) else document[token]
    return document


def make_id_reader(path: list[str]) -> IdReader:
    """A function from the list's bytes to its ids.

    Ids at a name of each item, the usual case, are read without decoding the rest of the item.
    """
    if not path:
        return msgspec.json.Decoder(list[str | int | float | bool]).decode
    if len(path) == 1 and not path[0].isdecimal():
        item = msgspec.defstruct("Item", [("id", str | int | float | bool)], rename={"id": path[0]}, gc=False)
        decoder: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[item])  # type: ignore[valid-type]
        return lambda text: [each.id for each in decoder.decode(text)]
    return lambda text: [resolve(each, path) for each in msgspec.json.decode(text, type=list[Any])]


def locate(body: bytes, path: Iterable[str]) -> tuple[int, int]:
    """Where the value at a pointer begins and ends. Raises ValueError or LookupError.

    msgspec says how long each member is but not where; walking over the members says where. The walk checks itself:
    it fails if a name comes twice, in which case nobody can say which of the two lists the shop will read.
    """
    start = SPACE.match(body).end()  # type: ignore[union-attr]
    end = len(body.rstrip(b" \t\n\r"))
    for token in path:
        value = body[start:end]
        if value.startswith(b"{"):
            position, length = walk_object(value, token)
        else:
            position, length = walk_list(value, int(token))
        start, end = start + position, start + position + length
    return start, end


def walk_object(value: bytes, token: str) -> tuple[int, int]:
    """Offset and length of a member's value."""
    members = OBJECT.decode(value)
    found, position = None, 1
    for name, raw in members.items():
        match = NAME.match(value, position)
        if match is None:
            raise ValueError("a name comes twice")
        position, length = match.end(), len(memoryview(raw))
        if name == token:
            found = position, length
        position = skip_value(value, position, raw)
    if found is None or value[position : position + 1] != b"}" or position + 1 != len(value):
        raise ValueError(f"no single member {token!r}")
    return found


def walk_list(value: bytes, index: int) -> tuple[int, int]:
    """Offset and length of an element."""
    position = 1
    for number, raw in enumerate(ITEMS.decode(value)):
        position = SPACE.match(value, position).end()  # type: ignore[union-attr]
        if number == index:
            return position, len(memoryview(raw))
        position = skip_value(value, position, raw)
    raise LookupError(f"no element {index}")


def skip_value(value: bytes, position: int, raw: msgspec.Raw) -> int:
    """The position after a value and the comma that follows it, if one does."""
    if not value.startswith(raw, position):
        raise ValueError("a name comes twice")
    position = SPACE.match(value, position + len(memoryview(raw))).end()  # type: ignore[union-attr]
    return position + 1 if value[position : position + 1] == b"," else position
