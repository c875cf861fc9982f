"""Compressed bodies are unpacked within bounds, or it is said why not."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.router.http1 import coding
from interleaver.router.http1.coding import MOST_BYTES, MOST_RATIO, open_body

ENCODING = b"content-encoding"
TEXT = b'{"user": "u", "features": [1.5, 2.25]}'
NOISE = bytes(range(256)) * 8  # which no coding makes much smaller


def pack(text: bytes, level: int = 9) -> bytes:
    """Gzip without the time, which would give a test another name in every process."""
    return gzip.compress(text, level, mtime=0)


def open_gzip(body: bytes) -> tuple[bytes, str]:
    return tuple(open_body({ENCODING: b"gzip"}, body))  # type: ignore[return-value]


@given(st.binary(max_size=300), st.integers(0, 9))
def test_gzip_of_any_strength_is_unpacked(text: bytes, level: int) -> None:
    for name in (b"gzip", b"x-gzip", b" GZip "):
        assert tuple(open_body({ENCODING: name}, pack(text, level))) == (text, "")
    assert open_gzip(coding.pack(text)) == (text, "")


@pytest.mark.parametrize("fields", [{}, {ENCODING: b""}, {ENCODING: b"identity"}])
def test_a_body_without_a_coding_is_itself(fields: dict[bytes, bytes]) -> None:
    assert tuple(open_body(fields, TEXT)) == (TEXT, "")


@pytest.mark.parametrize("name", [b"br", b"zstd", b"deflate", b"gzip, gzip", b"utf-8", b"\xe4"])
def test_another_coding_is_named_and_the_body_left_as_it_came(name: bytes) -> None:
    assert tuple(open_body({ENCODING: name}, TEXT)) == (TEXT, f"has the Content-Encoding {name.decode('latin-1')!r}")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (TEXT, "is no gzip, though its Content-Encoding says so"),
        (b"", "is no gzip, though its Content-Encoding says so"),
        (b"\x1f\x8b", "is not one whole gzip"),
        (b"\x1f\x8b" + b"x" * 40, "is damaged gzip"),
        (pack(TEXT)[:-1], "is not one whole gzip"),
        (pack(TEXT)[:-8] + b"\0" * 8, "is damaged gzip"),
        (pack(TEXT) * 2, "is not one whole gzip"),
        (pack(TEXT) + b"x", "is not one whole gzip"),
        (pack(b"a" * 100_000), "gets too large when it is unpacked"),
        (pack(NOISE * 1000, 9), "gets too large when it is unpacked"),
    ],
)
def test_what_is_damaged_doubtful_or_too_large_stays_as_it_came_and_is_told(body: bytes, fault: str) -> None:
    assert open_gzip(body) == (body, fault)


@pytest.mark.parametrize("size", [MOST_BYTES, MOST_BYTES + 1])
def test_no_more_than_a_megabyte_is_unpacked(size: int) -> None:
    stored = pack(NOISE.ljust(size, b"a"), 0)
    assert bool(open_gzip(stored)[1]) is (size > MOST_BYTES)


def test_no_more_than_fifty_times_the_size_is_unpacked() -> None:
    found = set()
    for size in range(500, 5000, 100):
        body = pack(b"a" * size)
        refused = bool(open_gzip(body)[1])
        assert refused is (size > MOST_RATIO * len(body))
        found.add(refused)
    assert found == {False, True}


def test_a_bomb_is_not_unpacked_beyond_the_bounds() -> None:
    """A megabyte of it would become a gigabyte: what is made is bounded by what is asked for, and so is the memory."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join([packer.compress(bytes(1_000_000)) for _ in range(200)] + [packer.flush()])
    assert open_gzip(bomb) == (bomb, "gets too large when it is unpacked")
