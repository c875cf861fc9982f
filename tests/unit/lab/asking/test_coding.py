"""Bodies that are packed although nobody asked for it are unpacked, within bounds."""

import gzip
import zlib

import pytest

from interleaver.lab.asking.coding import unpack

TEXT = b'{"items": []}' * 100


def pack_raw(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"", TEXT),
        (b"identity", TEXT),
        (b" GZIP ", gzip.compress(TEXT, mtime=0)),
        (b"x-gzip", gzip.compress(TEXT, mtime=0)),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", pack_raw(TEXT)),
    ],
)
def test_a_body_is_what_it_was_before_it_was_packed(coding: bytes, body: bytes) -> None:
    assert unpack(coding, body, len(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        (b"br", TEXT, "'br'"),
        (b"gzip, gzip", TEXT, "'gzip, gzip'"),
        (b"gzip", TEXT, "no gzip"),
        (b"gzip", gzip.compress(TEXT, mtime=0)[:-9], "no gzip"),
        (b"deflate", b"\x00", "no deflate"),
        (b"gzip", gzip.compress(TEXT + b" ", mtime=0), "larger than"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_in_words(coding: bytes, body: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        unpack(coding, body, len(TEXT))
