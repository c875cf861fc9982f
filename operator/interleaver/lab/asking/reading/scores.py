"""Scores: one finite number at a pointer."""

import math
import re
from typing import Final

import msgspec

from .bare_words import MASKS, mask
from .content import Content, Reader, Unreadable
from .pointers import UNREADABLE, locate, split_pointer

WORDS: Final = {string: word.decode() for word, string in MASKS.items()}
NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")  # RFC 8259 section 6
KINDS: Final = {
    b"{": "an object",
    b"[": "a list; point at the number in it, as `/0` does",
    b'"': "a text, and a score is a number",
    b"t": "true, and a score is a number",
    b"f": "false, and a score is a number",
    b"n": "null",
}


class ScoreReader(Reader):
    """Reads the score at a pointer."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self.path = split_pointer(pointer)

    def read(self, body: bytes) -> Content:
        """The score in an answer. Raises Unreadable: what is no finite number is never ordered."""
        text = self.find(body)
        if text in WORDS or text[:1] in KINDS:
            raise self.refuse(WORDS.get(text) or KINDS[text[:1]])
        if NUMBER.fullmatch(text) is None:
            raise self.refuse("no number")
        score = float(text)
        if not math.isfinite(score):
            raise self.refuse(f"beyond what a number of 64 bits holds ({text[:40].decode()})")
        return Content(score=score)

    def find(self, body: bytes) -> bytes:
        """The text at the pointer."""
        try:
            return self.follow(body)
        except UNREADABLE as error:
            masked, words = mask(body), str(error)
        try:
            return self.follow(masked)
        except UNREADABLE:
            raise Unreadable(f"no score at {self.pointer!r}: {words}") from None

    def follow(self, body: bytes) -> bytes:
        """The same in strict JSON; with an empty pointer the document is the score."""
        start, end = locate(body, self.path)
        text = body[start:end]
        if not self.path:
            msgspec.json.decode(text, type=msgspec.Raw)
        return text

    def refuse(self, found: str) -> Unreadable:
        """The score is none."""
        return Unreadable(f"the score at {self.pointer!r} is {found}")
