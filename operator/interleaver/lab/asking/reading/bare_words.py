"""`NaN`, `Infinity` and `-Infinity`, which JSON does not know and many a model server writes where it has no number.

Beside what is read they may stand: where an answer cannot be read otherwise, each gives way to a string that is no
UTF-8, so that whoever reads it as an id or a score fails. The router does the same, within the same bounds.
"""

import re
from typing import Final

FOREIGN: Final = b"\xff"  # a byte that no UTF-8 has
MASKS: Final = {word: b'"' + FOREIGN * (len(word) - 2) + b'"' for word in (b"-Infinity", b"Infinity", b"NaN")}
# Strings are passed over, those too that do not end; a word before a colon is a name, which no JSON has.
TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|(?:-Infinity|Infinity|NaN)(?![ \t\n\r]*+:)', re.DOTALL)
MOST_MARKS: Final = 200_000  # words and quotation marks


def mask(text: bytes) -> bytes:
    """The text with a string in the place of each such word; the text itself if it holds none, or too much else."""
    words = text.count(b"NaN") + text.count(b"Infinity")
    if not words or words + text.count(b'"') > MOST_MARKS or b"\x00" in text or not is_utf_8(text):
        return text
    masked = TOKEN.sub(lambda found: MASKS.get(found[0], found[0]), text)
    return text if masked == text else masked


def is_utf_8(text: bytes) -> bool:
    """Whether a text is UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
