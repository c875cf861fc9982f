"""What an answer says to caches: kept from shared ones, and left to the browser as it was."""

import pytest

from interleaver.router.http1.caching import restrict
from interleaver.router.http1.message import Header
from interleaver.router.http1.sending import HOP_BY_HOP, NOT_SHARED, keep_end_to_end


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"public, max-age=60", b"private, max-age=60"),
        (b"max-age=60,s-maxage=600", b"private, max-age=60"),
        (b"PUBLIC , S-MaxAge = 5, must-revalidate", b"private, must-revalidate"),
        (b"private", b"private"),
        (b'private="set-cookie, x", max-age=1', b"private, max-age=1"),
        (b'no-cache="a, public", proxy-revalidate', b'private, no-cache="a, public"'),
        (b"no-store", b"private, no-store"),
        (b"", b"private"),
        (b'x="unended, s-maxage=9', b"private, x=, unended"),
    ],
)
def test_directives_for_shared_caches_go_and_all_others_stay(said: bytes, told: bytes) -> None:
    for _ in range(2):  # read, then remembered
        assert restrict(Header(b"cache-control", said)).value == told


def test_an_answer_that_says_nothing_of_caches_is_made_private() -> None:
    assert [each.line for each in keep_end_to_end([], NOT_SHARED)] == [b"Cache-Control: private\r\n"]


def test_headers_that_only_shared_caches_obey_go() -> None:
    said = [Header(b"X-Accel-Expires", b"60"), Header(b"Surrogate-Control", b"max-age=9"), Header(b"Expires", b"never")]
    assert [each.name for each in keep_end_to_end(said, NOT_SHARED)] == [b"Expires", b"Cache-Control"]


def test_outside_a_run_all_of_it_passes() -> None:
    said = [Header(b"Cache-Control", b"public, s-maxage=9"), Header(b"X-Accel-Expires", b"60")]
    assert keep_end_to_end(said, HOP_BY_HOP) == said
