"""One model that was given twice is told."""

import pytest

from interleaver.lab.asking.address import Address
from interleaver.lab.asking.alike import find_same_place, resolve

NAMES = {"localhost": {"127.0.0.1", "::1"}, "127.0.0.1": {"127.0.0.1"}, "one": {"10.0.0.1"}, "other": {"10.0.0.2"}}


def look_up(address: Address) -> frozenset[str]:
    return frozenset(NAMES.get(address.host, ()))


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("http://one:9000", "http://one:9000", "both models are asked at http://one:9000"),
        ("http://one:80", "http://ONE/", "both models are asked at http://one:80"),
        ("http://nowhere", "http://nowhere", "both models are asked at http://nowhere"),
        ("http://localhost:9000", "http://127.0.0.1:9000", "lead to one address, 127.0.0.1"),
        ("http://one:9000", "http://other:9000", ""),
        ("http://one:9000", "http://one:9001", ""),
        ("http://one/a", "http://one/b", ""),
        ("http://nowhere", "http://elsewhere", ""),
        ("run:bm25", "run:bm25", ""),
    ],
)
def test_two_urls_that_lead_to_one_place_are_told(first: str, second: str, words: str) -> None:
    found = find_same_place(first, second, look_up)
    assert found.startswith(words) or words in found
    assert bool(found) is bool(words)


def test_names_are_looked_up_and_one_that_is_none_leads_nowhere() -> None:
    assert "127.0.0.1" in resolve(Address("http", "127.0.0.1", 80, ""))
    assert resolve(Address("http", "none.invalid", 80, "")) == frozenset()
