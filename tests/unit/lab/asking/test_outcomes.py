"""Which answers of HTTP are answers, which are refusals, and which are worth another attempt."""

import gzip
from datetime import UTC, datetime

import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.exchange import Exchange, Lost, Received, Trouble
from interleaver.lab.asking.outcome import Again, Outcome, find_outcome
from interleaver.lab.asking.reading.content import Content
from interleaver.lab.asking.reading.contract import make_reader

from .scene import make_suite

BODY = b'{"items": [{"id": "a"}, {"id": 1}, {"id": "a"}]}'
MOST = 1000


def find(exchange: Exchange) -> Outcome | Again:
    reader = make_reader(make_suite().contract)
    return find_outcome(exchange, reader, MOST, lambda: datetime(2026, 11, 30, tzinfo=UTC))


def receive(status: int = 200, body: bytes = BODY, **fields: str) -> Received:
    return Received(
        status, {name.replace("_", "-").encode(): text.encode() for name, text in fields.items()}, body, 2.5
    )


def test_an_answer_has_its_ranking_its_time_and_its_size() -> None:
    assert find(receive()) == Outcome(State.ANSWERED, "", 2.5, len(BODY), Content(('"a"', "1"), duplicates=1))


def test_an_empty_list_is_an_answer() -> None:
    found = find(receive(body=b'{"items": []}'))
    assert isinstance(found, Outcome)
    assert found.state is State.ANSWERED
    assert found.content == Content(())


def test_a_packed_answer_is_read_and_counts_with_the_size_in_which_it_came() -> None:
    packed = gzip.compress(BODY)
    found = find(receive(body=packed, content_encoding="gzip"))
    assert found == Outcome(State.ANSWERED, "", 2.5, len(packed), Content(('"a"', "1"), duplicates=1))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_the_servers_state_is_worth_another_attempt(status: int) -> None:
    found = find(receive(status, retry_after="4"))
    assert isinstance(found, Again)
    assert found.words.startswith(f"status {status}")
    assert found.wait == 4.0


@pytest.mark.parametrize("trouble", [each for each in Trouble if each is not Trouble.TOO_LARGE])
def test_a_lost_answer_is_worth_another_attempt(trouble: Trouble) -> None:
    assert find(Lost(trouble, "gone")) == Again("gone")


@pytest.mark.parametrize("status", [400, 401, 404, 405, 413, 422])
def test_a_refusal_stays_one(status: int) -> None:
    found = find(receive(status, b'{"detail": "who is Jane Doe?"}'))
    assert isinstance(found, Outcome)
    assert found.state is State.REFUSED
    assert found.words.startswith(f"status {status}")
    assert "Jane" not in found.words  # an error may repeat what was asked
    assert found.milliseconds == 2.5


def test_a_redirect_is_not_followed_and_says_where_it_leads() -> None:
    found = find(receive(307, b"", location="https://other/recommend"))
    assert isinstance(found, Outcome)
    assert found.state is State.REFUSED
    assert found.words == (
        "status 307 Temporary Redirect to 'https://other/recommend'; "
        "redirects are not followed: give the URL they lead to"
    )


@pytest.mark.parametrize("status", [201, 204, 206])
def test_other_statuses_of_success_are_no_answer_as_they_are_none_to_the_router(status: int) -> None:
    found = find(receive(status))
    assert isinstance(found, Outcome)
    assert found.state is State.REFUSED
    assert found.words.endswith("only 200 is an answer")


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (receive(body=b"<html>"), "no list of items at '/items' with ids at '/id'"),
        (receive(body=b'{"items": [{"id": null}]}'), "no list of items"),
        (receive(body=b'{"items": [{"id": NaN}]}'), "NaN or Infinity stands where an id is read"),
        (receive(content_encoding="gzip"), "cannot be unpacked: it is no gzip"),
        (receive(body=gzip.compress(b" " * (MOST + 1)), content_encoding="gzip"), "larger than 1,000 bytes"),
    ],
)
def test_what_cannot_be_read_says_why(received: Received, words: str) -> None:
    found = find(received)
    assert isinstance(found, Outcome)
    assert found.state is State.UNREADABLE
    assert words in found.words
    assert found.content is None


def test_an_answer_that_is_too_large_cannot_be_read_and_would_be_so_again() -> None:
    found = find(Lost(Trouble.TOO_LARGE, "too much"))
    assert isinstance(found, Outcome)
    assert found.state is State.UNREADABLE
