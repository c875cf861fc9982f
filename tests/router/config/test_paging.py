"""Which page a request asks for, and the request for all items down to its end."""

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.paging import Page
from interleaver.router.config.paging import Later, Paging
from interleaver.router.config.places import Asking, InBody, Unreadable
from tests.router.catalogue import IN_BODY, PAGE

NESTED = {"offset": {"pointer": "/inputs/0/from"}, "size": {"pointer": "/inputs/0/size", "default": 10}}
MIXED = {"number": {"query": "page[number]"}, "size": {"pointer": "/size", "default": 20}}
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
DOCUMENTS = st.dictionaries(st.text('abfromsize"\\/', max_size=5), SCALARS | st.lists(SCALARS, max_size=3), max_size=5)


def find(page: dict[str, Any], target: bytes = b"/r", body: bytes = b"") -> Later | None:
    """The page that a request asks for."""
    return Paging(msgspec.convert(page, Page)).find_later(target, body)


def find_widened(page: dict[str, Any], target: bytes = b"/r", body: bytes = b"") -> tuple[int, int, bytes, bytes]:
    """The page that a request asks for, and the request for all down to its end."""
    later = find(page, target, body)
    assert later is not None
    assert later.asking is not None
    return later.offset, later.end, later.asking.target, later.asking.body


@pytest.mark.parametrize(
    ("page", "target", "body", "found"),
    [
        (PAGE, b"/r?from=20&size=5", b"", (20, 25, b"/r?from=0&size=25", b"")),
        (PAGE, b"/r?from=3", b"{", (3, 13, b"/r?from=0&size=13", b"{")),
        (PAGE, b"/r?from=990&size=10", b"", (990, 1000, b"/r?from=0&size=1000", b"")),
        (IN_BODY, b"/r?from=5", b'{"from":20}', (20, 30, b"/r?from=5", b'{"size":30,"from":0}')),
        (IN_BODY, b"/r", b' {"from" : 1 , "size":null}', (1, 11, b"/r", b' {"from" : 0 , "size":11}')),
        (
            IN_BODY,
            b"/r",
            b'{"x":[NaN,-Infinity],"from":20}',
            (20, 30, b"/r", b'{"size":30,"x":[NaN,-Infinity],"from":0}'),
        ),
        (NESTED, b"/r", b'{"inputs": [{"from": 2}]}', (2, 12, b"/r", b'{"inputs": [{"size":12,"from": 0}]}')),
        (MIXED, b"/r?page%5Bnumber%5D=3", b"{ }", (40, 60, b"/r?page%5Bnumber%5D=1", b'{"size":60 }')),
    ],
)
def test_a_later_page_and_what_models_are_asked_for_it(
    page: dict[str, Any], target: bytes, body: bytes, found: tuple[int, int, bytes, bytes]
) -> None:
    assert find_widened(page, target, body) == found


@pytest.mark.parametrize(
    ("page", "target", "body"),
    [
        (PAGE, b"/r", b""),
        (PAGE, b"/r?size=-1", b""),
        (PAGE, b"/r?from=000", b""),
        (IN_BODY, b"/r?from=20", b""),
        (IN_BODY, b"/r", b"{}"),
        (IN_BODY, b"/r", b'{"from": null, "size": "x"}'),
        (NESTED, b"/r", b'{"inputs": []}'),
        (MIXED, b"/r?page[number]=1", b""),
    ],
)
def test_the_first_page_needs_no_more_than_not_to_be_another(page: dict[str, Any], target: bytes, body: bytes) -> None:
    assert find(page, target, body) is None


@pytest.mark.parametrize(
    ("page", "target", "body"),
    [
        (PAGE, b"/r?from=20&size=0", b""),
        (PAGE, b"/r?from=1&from=1", b""),
        (PAGE, b"/r?from=+1", b""),
        (PAGE, b"/r?from=%D9%A1", b""),  # a digit, and none that servers agree on
        (PAGE, b"/r?from=991", b""),
        (IN_BODY, b"/r", b'{"from": true}'),
        (IN_BODY, b"/r", b'{"from": NaN}'),
        (IN_BODY, b"/r", b'{"from": 20, "size": Infinity}'),
        (IN_BODY, b"/r", b'{"from": [1]}'),
        (IN_BODY, b"/r", b'{"from": 1, "from": 0}'),
        (IN_BODY, b"/r", b"[1]"),
        (IN_BODY, b"/r", b"from=20"),
        (NESTED, b"/r", b'{"inputs": {"0": 1}}'),
        (MIXED, b"/r?page[number]=2", b""),  # there is no body to write the size to
        (MIXED, b"/r?page[number]=2", b"[]"),
        (MIXED, b"/r?page[number]=0", b"{}"),
        (MIXED, b"/r?page[number]=999999999", b"{}"),
    ],
)
def test_a_page_that_nobody_can_tell_is_asked_for_of_nobody(page: dict[str, Any], target: bytes, body: bytes) -> None:
    later = find(page, target, body)
    assert later is not None
    assert later.asking is None


@given(DOCUMENTS)
def test_no_member_of_a_body_changes_but_the_number(document: dict[str, Any]) -> None:
    place, body = InBody("/from"), json.dumps(document).encode()
    written = place.write(Asking(b"/r", body), 7)
    assert json.loads(written.body) == document | {"from": 7}
    assert place.read(written) == 7


@given(st.binary(max_size=40) | st.text('{}[]":,from0123 ', max_size=40).map(str.encode))
def test_any_body_is_a_first_page_a_later_one_or_one_that_nobody_can_tell(body: bytes) -> None:
    later = find(IN_BODY, b"/r", body)
    assert later is None or later.asking is None or later.end <= 1000
    with suppress(Unreadable):
        InBody("/a/b").write(Asking(b"/r", body), 7)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"size": {"query": "n"}}, "exactly one of offset and number"),
        ({**PAGE, "number": {"query": "p"}}, "exactly one of offset and number"),
        ({"offset": {}, "size": {"query": "n"}}, "contract.page.offset: give exactly one of query and pointer"),
        ({"offset": {"query": "n"}, "size": {"query": "n"}}, "the size stands where the page stands"),
        ({"offset": {"pointer": ""}, "size": {"query": "n"}}, "contract.page.offset: the pointer is empty"),
        ({"offset": {"query": "a&b"}, "size": {"query": "n"}}, "contract.page.offset.query: 'a&b' is no name"),
        *(({"offset": {"query": "a"}, "size": {"query": "n", "default": n}}, "default") for n in (0, -10, 1001, "ten")),
        ({"number": {"query": "a", "first": 2}, "size": {"query": "n"}}, "first"),
    ],
)
def test_pages_that_cannot_be_told_are_refused_with_the_field(page: dict[str, Any], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        msgspec.convert(page, Page)
