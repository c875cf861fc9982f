"""`NaN`, `Infinity` and `-Infinity`, which JSON does not know and many a model server writes where it has no number.

Nothing that a merge has to read is one of them, so they may pass as they came. They are looked for only where a text
could not be read without: each is replaced by a string of the same length, so that every place stays as it was. That
string is no UTF-8, so that it stands nowhere else in the text, and whoever reads it as an id or a name fails. No I/O.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

Read = TypeVar("Read")

FOREIGN: Final = b"\xff"  # a byte that no UTF-8 has
MASKS: Final = {word: b'"' + FOREIGN * (len(word) - 2) + b'"' for word in (b"-Infinity", b"Infinity", b"NaN")}
# Also one that does not end: else a text of many would be searched to its end from each of them.
STRING: Final = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)', re.DOTALL)
# A word that is not a member's name.
WORDS: Final = {word: re.compile(word + rb"(?![ \t\n\r]*+:)") for word in (b"-Infinity", b"Infinity", b"NaN")}
MOST_MARKS: Final = 200_000  # words and quotation marks, which take a tenth of a second: anybody may send a megabyte
BREAK: Final = b"\x00"  # between what stands outside of strings; no JSON holds one


def mask(text: bytes) -> bytes:
    """The text with a string in the place of each such word; the text itself if it holds none, or takes too long."""
    words = text.count(b"NaN") + text.count(b"Infinity")
    if not words or words + text.count(b'"') > MOST_MARKS or BREAK in text or not is_utf_8(text):
        return text
    parts = STRING.split(text)  # every other one is a string
    outside = BREAK.join(parts[::2])
    for word, pattern in WORDS.items():
        outside = pattern.sub(MASKS[word], outside)
    parts[::2] = outside.split(BREAK)
    masked = b"".join(parts)
    return text if masked == text else masked


def is_utf_8(text: bytes) -> bool:
    """Whether a text is UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def unmask(text: Any) -> bytes:
    """A piece of a masked text as it came."""
    found = bytes(text)
    if FOREIGN in found:
        for word, string in MASKS.items():
            found = found.replace(string, word)
    return found


def read_past_words(read: Callable[[bytes], Read], text: bytes) -> Read:
    """What `read` makes of a text, or else of the masked one: no piece of that is to be sent on."""
    try:
        return read(text)
    except msgspec.DecodeError:
        return read(mask(text))
