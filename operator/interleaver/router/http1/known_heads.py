"""Heads of answers that the parser has read before: a model server sends the same one again and again. No I/O.

Only the digits of Content-Length may differ, which leave nothing else to be read differently. All other answers, and
the first one of each kind, are the parser's.
"""

import re
from typing import Final

from .message import BODILESS, Answer, AnswerHead

HEAD_BYTES: Final = 4_096
ENTRIES: Final = 8  # the date changes once a second
ZERO: Final = 0x30  # the byte of the first digit, and of the last
NINE: Final = 0x39
DIGITS: Final = 9  # enough for a body that comes in one piece
# Between two ends of lines, so that it is a whole header.
LENGTH: Final = re.compile(rb"\r\ncontent-length: ([0-9]{1,9})\r\n", re.IGNORECASE)


class KnownHead:
    """The bytes before and behind the digits of the length, what the parser made of them, and which header it is."""

    def __init__(self, before: bytes, behind: bytes, head: AnswerHead, place: int) -> None:
        self.before = before
        self.behind = behind
        self.head = head
        self.place = place

    def fit(self, piece: bytes) -> Answer | None:
        """The answer in a piece that begins with this head and is one answer, no more and no less."""
        start = stop = len(self.before)
        size, length = len(piece), 0
        while stop < size and stop - start < DIGITS and ZERO <= piece[stop] <= NINE:
            length = 10 * length + piece[stop] - ZERO
            stop += 1
        body = stop + len(self.behind)
        if stop == start or body + length != size or piece[stop:body] != self.behind:
            return None
        return self.head.lead(piece[body:], self.place, piece[start:stop])


class KnownHeads:
    """The heads with which the answers of one model server begin, the newest first."""

    def __init__(self) -> None:
        self.heads: list[KnownHead] = []

    def recall(self, piece: bytes) -> Answer | None:
        """The answer in a piece that is one answer, no more and no less; None if its head is not known."""
        for known in self.heads:
            if piece.startswith(known.before) and (fit := known.fit(piece)) is not None:
                return fit
        return None

    def learn(self, piece: bytes, head: AnswerHead) -> None:
        """Keep the head of an answer that the parser took for the whole of a piece, ready to read another one.

        That it was the whole of the piece says that the head ends where the first empty line does.
        """
        end = piece.find(b"\r\n\r\n", 0, HEAD_BYTES) + 4
        declared = LENGTH.search(piece, 0, max(end - 2, 0))
        if declared is None or head.status in BODILESS or head.length is None or end + head.length != len(piece):
            return
        places = [place for place, header in enumerate(head.headers) if header.key == b"content-length"]
        if len(places) == 1 and head.headers[places[0]].value == declared[1]:
            start, stop = declared.span(1)
            known = KnownHead(piece[:start], piece[stop:end], head, places[0])
            self.heads[ENTRIES - 1 :] = []
            self.heads.insert(0, known)
