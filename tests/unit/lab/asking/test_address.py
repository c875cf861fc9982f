"""A model's URL is read once, and refused in words if nothing can be asked there."""

import pytest

from interleaver.lab.asking.address import Address, read_address
from interleaver.lab.terms.unusable import Unusable


@pytest.mark.parametrize(
    ("url", "address", "authority"),
    [
        ("http://127.0.0.1:9000", Address("http", "127.0.0.1", 9000, ""), b"127.0.0.1:9000"),
        ("http://models", Address("http", "models", 80, ""), b"models"),
        ("https://Models.Example.com/", Address("https", "models.example.com", 443, ""), b"models.example.com"),
        ("http://h:443/a/b/", Address("http", "h", 443, "/a/b"), b"h:443"),
        ("HTTP://h:80/a%20b", Address("http", "h", 80, "/a%20b"), b"h"),
        ("http://[::1]:9000/x", Address("http", "::1", 9000, "/x"), b"[::1]:9000"),
        ("https://[2001:DB8::0:1]", Address("https", "2001:db8::1", 443, ""), b"[2001:db8::1]"),
    ],
)
def test_a_base_url_says_where_to_connect_and_what_stands_before_the_path(
    url: str, address: Address, authority: bytes
) -> None:
    assert read_address(url) == address
    assert address.authority == authority


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no URL of http"),
        ("localhost:9000", "no URL of http"),
        ("ftp://h", "no URL of http"),
        ("http://", "names no host"),
        ("http:///recommend", "names no host"),
        ("http://h:0", "no port 0"),
        ("http://h:66000", "[Pp]ort"),
        ("http://h:x", "[Pp]ort"),
        ("http://h?a=1", "no query"),
        ("http://h/?", "no query"),
        ("http://h/#top", "no fragment"),
        ("http://h /a", "white space"),
        (" http://h", "white space"),
        ("http://h/\n", "white space"),
        ("http://häuser", "is none"),
        ("http://h/ä", "percent-encode"),
        ("http://[::1", "Invalid IPv6"),
        ("http://[fe80::1%25eth0]:9000", "is none|no address|IPv6"),
        ("http://[::::]:1", "no address|IPv6"),
    ],
)
def test_a_url_at_which_nothing_can_be_asked_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        read_address(url)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(Unusable, match="a user in it") as refusal:
        read_address("http://me:secret@models:9000")
    assert "secret" not in str(refusal.value)
