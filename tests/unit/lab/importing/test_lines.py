"""Text files line by line, whatever wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.lines import split_lines
from interleaver.lab.terms.unusable import Unusable


def read(data: bytes, encoding: str = "utf-8") -> list[tuple[int, str]]:
    return list(split_lines(data, "some.txt", encoding))


def test_blank_lines_are_skipped_and_counted() -> None:
    assert read(b"a\n\n \t\nb\n") == [(1, "a"), (4, "b")]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert read(b"\xef\xbb\xbf1 0 d 1\n") == [(1, "1 0 d 1")]


def test_line_ends_of_windows_and_a_missing_last_one_change_nothing() -> None:
    assert read(b"a\r\nb\r\n") == read(b"a\nb") == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a\nb\xe9\n", "some.txt, line 2: byte 0xe9 is no utf-8; name the file's encoding: --encoding"),
        (b"a\nb\0c", "some.txt, line 2: a byte 0; this is no text file"),
        (b"\x1f\x8b\x08", "some.txt: this is a gzip file; unpack it or save it as plain text first"),
        (b"\xff\xfea\0", "some.txt: this is UTF-16 text; unpack it or save it as plain text first"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        read(data)
    assert str(caught.value) == words


def test_a_named_encoding_is_used_and_an_unknown_one_refused() -> None:
    assert read(b"caf\xe9", "latin-1") == [(1, "café")]
    with pytest.raises(Unusable, match="there is no encoding 'latin1x'"):
        read(b"a", "latin1x")


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Z"]), min_size=1), min_size=1))
def test_all_lines_come_back_as_they_were_written(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    if not data.startswith((b"PK\x03\x04", b"BZh", b"PAR1", b"\xef\xbb\xbf")):
        assert read(data) == list(enumerate(lines, 1))
