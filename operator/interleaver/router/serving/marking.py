"""Marking an answer: the header that carries its token."""

from typing import Final

from interleaver.api.names import IMPRESSION_HEADER
from interleaver.router.http1.message import Header, Headers

IMPRESSION: Final = IMPRESSION_HEADER.encode()
IMPRESSION_KEY: Final = IMPRESSION.lower()


def mark(headers: Headers, token: bytes) -> Headers:
    """The headers with our token, and none of the model's own."""
    return [*(header for header in headers if header.key != IMPRESSION_KEY), Header(IMPRESSION, token)]
