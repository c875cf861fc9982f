"""JSON from anybody, of which nothing is made that nobody asked for: lists in lists take a hundred times as long."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from .bare_words import mask
from .members import ITEMS, OBJECT, WHITE

OF_A_LIST, OF_AN_OBJECT = b"[", b"{"  # their first bytes
NOT_SCALAR: Final = (b"", OF_A_LIST, OF_AN_OBJECT)

Text = Any  # bytes, or msgspec.Raw, which msgspec's types take for bytes too: compiled code would refuse it


def begin(text: Text) -> bytes:
    """The first byte of a text without white space before it; nothing if there is no text."""
    return bytes(memoryview(text)[:1])


def find(document: bytes, path: Sequence[str]) -> Text:
    """The text at a pointer. Raises LookupError, ValueError or a MsgspecError if there is none.

    Elsewhere in the document a number may be `NaN`, `Infinity` or `-Infinity`.
    """
    try:
        return follow(document, path)
    except msgspec.DecodeError:
        return follow(mask(document), path)


def follow(document: bytes, path: Sequence[str]) -> Text:
    """The text at a pointer of strict JSON."""
    text: Text = document.lstrip(WHITE)
    for token in path:
        text = ITEMS.decode(text)[int(token)] if begin(text) == OF_A_LIST else OBJECT.decode(text)[token]
    return text


def read_scalar(text: Text) -> Any:
    """What a text says. Raises ValueError for nothing, a list or an object, and a MsgspecError for what is no JSON."""
    if begin(text) in NOT_SCALAR:
        raise ValueError("no scalar")
    return msgspec.json.decode(text)
