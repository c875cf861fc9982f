"""Heads of answers that the parser has read before: a model server sends the same one again and again. No I/O.

Only the digits of Content-Length may differ, which leave nothing else to be read differently. All other answers, and
the first one of each kind, are the parser's.
"""

import re
from typing import Final, NamedTuple

from .message import BODILESS, AnswerHead, Headers

HEAD_BYTES: Final = 4_096
ENTRIES: Final = 16  # the date changes once a second
# Between two ends of lines, so that it is a whole header, with few enough digits for a body that comes in one piece.
LENGTH: Final = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: ([0-9]{1,9})\r\n")


class KnownHead(NamedTuple):
    """What the parser made of a head, and which of the headers is the length."""

    status: int
    reason: bytes
    headers: Headers
    place: int


class KnownHeads:
    """The heads with which the answers of one model server begin."""

    def __init__(self) -> None:
        self.heads: dict[bytes, KnownHead] = {}

    def recall(self, piece: bytes) -> tuple[AnswerHead, bytes] | None:
        """Head and body of a piece that is one answer, no more and no less; None if its head is not known."""
        end = piece.find(b"\r\n\r\n", 0, HEAD_BYTES) + 2
        declared = LENGTH.search(piece, 0, end)
        if declared is None:
            return None
        start, stop = declared.span(1)
        known = self.heads.get(piece[:start] + piece[stop:end])
        digits = declared[1]
        length, body = int(digits), end + 2
        if known is None or body + length != len(piece):
            return None
        status, reason, headers, place = known
        headers = headers.copy()
        headers[place] = (headers[place][0], digits)
        return AnswerHead(status, reason, headers, length), piece[body:]

    def learn(self, piece: bytes, head: AnswerHead) -> None:
        """Keep the head of an answer that the parser took for the whole of a piece, ready to read another one.

        That it was the whole of the piece says that the head ends where `recall` would see its end.
        """
        end = piece.find(b"\r\n\r\n", 0, HEAD_BYTES) + 2
        declared = LENGTH.search(piece, 0, end)
        if declared is None or head.status in BODILESS or head.length is None or end + 2 + head.length != len(piece):
            return
        places = [place for place, (name, _) in enumerate(head.headers) if name.lower() == b"content-length"]
        if len(places) == 1 and head.headers[places[0]][1] == declared[1]:
            if len(self.heads) >= ENTRIES:
                self.heads.clear()
            start, stop = declared.span(1)
            self.heads[piece[:start] + piece[stop:end]] = KnownHead(head.status, head.reason, head.headers, places[0])
