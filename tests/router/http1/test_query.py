"""Parameters in targets: what they say, and what a target is with another value."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.router.http1.query import find_values, set_value

PIECES = st.lists(st.text("ab=%26f+&?;", max_size=6), max_size=5)


@pytest.mark.parametrize(
    ("target", "values"),
    [
        (b"/r", []),
        (b"/r?", []),
        (b"/r?from", [b""]),
        (b"/r?from=", [b""]),
        (b"/r?from=20", [b"20"]),
        (b"/r?a=from=20&fromage=1&From=2", []),
        (b"/r?from=%32%30&%66rom=+1", [b"20", b" 1"]),
        (b"/r?from=a=b?c", [b"a=b?c"]),
    ],
)
def test_a_parameter_is_found_however_it_is_spelled(target: bytes, values: list[bytes]) -> None:
    assert find_values(target, b"from") == values


@pytest.mark.parametrize(
    ("target", "written"),
    [
        (b"/r", b"/r?from=0"),
        (b"/r?", b"/r?from=0"),
        (b"/r?a=%20&&b", b"/r?a=%20&b&from=0"),
        (b"/r?a=1&from=20&b=%2f", b"/r?a=1&from=0&b=%2f"),
        (b"/r?&%66rom=20&", b"/r?&%66rom=0&"),
        (b"/r?from", b"/r?from=0"),
    ],
)
def test_no_byte_changes_but_the_value(target: bytes, written: bytes) -> None:
    assert set_value(target, b"from", b"0") == written


@given(PIECES)
def test_a_value_that_was_written_is_read_again_and_all_others_stay(pieces: list[str]) -> None:
    target = "/r?" + "&".join(pieces)
    written = set_value(target.encode(), b"from", b"7")
    assert set(find_values(written, b"from")) == {b"7"}
    others = [pair for pair in parse_qsl(urlsplit(target).query, keep_blank_values=True) if pair[0] != "from"]
    now = parse_qsl(urlsplit(written.decode()).query, keep_blank_values=True)
    assert [pair for pair in now if pair[0] != "from"] == others
