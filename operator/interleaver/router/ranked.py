"""The ranked list in a model's answer, found byte by byte so that all the rest can stay as it is."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from interleaver.interleaving.ranking import Identity, identify

from .members import ITEMS, Step, locate


class Unusable(ValueError):
    """The answer holds no list of items with ids at the contract's pointers."""


class Ranked(NamedTuple):
    """A model's list: where it stands in the answer, and the bytes of each item by id, duplicates dropped, in order."""

    start: int
    end: int
    items: dict[Identity, msgspec.Raw]


IdReader = Callable[[bytes], Iterable[object]]


class ListReader:
    """Reads lists by a contract's two pointers."""

    def __init__(self, items: str, item_id: str) -> None:
        self.path = [Step(token) for token in split_pointer(items)]
        self.read_ids = make_id_reader(split_pointer(item_id))

    def read(self, body: bytes) -> Ranked:
        """The list in an answer. Raises Unusable."""
        try:
            start, end = locate(body, self.path)
            text = body[start:end]
            raws = ITEMS.decode(text)
            # A string is its own identity: the usual case without a call.
            ids = [value if type(value) is str else identify(value) for value in self.read_ids(text)]
        except (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise Unusable(str(error)) from None
        items = dict(zip(ids, raws, strict=True))
        if len(items) == len(raws):
            return Ranked(start, end, items)
        unique: dict[Identity, msgspec.Raw] = {}
        for item, raw in zip(ids, raws, strict=True):
            unique.setdefault(item, raw)
        return Ranked(start, end, unique)


def splice(body: bytes, ranked: Ranked, items: Iterable[msgspec.Raw]) -> bytes:
    """The answer with its list replaced and every other byte kept."""
    return b"".join((body[: ranked.start], b"[", b",".join(items), b"]", body[ranked.end :]))


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
