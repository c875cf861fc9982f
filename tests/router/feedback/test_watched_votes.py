"""How votes look that came without the token, and feedback that needs it: with a real router and either store."""

from pathlib import Path
from typing import Any

import pytest

from interleaver.router.system.vote_sources import CROWD, VoteSources
from tests.router.conftest import STORE_KINDS, Stage
from tests.router.programs import wait_until

HEADER = "X-Interleaver-Impression"
TOKEN = "t0ken-of-the-order-service"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

pytestmark = pytest.mark.parametrize("store_kind", STORE_KINDS)


@pytest.fixture
def guarded(set_up: Any, tmp_path: Path) -> Stage:
    """A router whose feedback may carry a token, and whose models agree on nothing."""
    file = tmp_path / "feedback-token"
    file.write_text(TOKEN)
    stage: Stage = set_up(feedbackTokenFile=str(file))
    return stage


def convert(stage: Stage, unit: str, **headers: str) -> None:
    """One list, and at once a conversion on each of the first two items: one vote."""
    shown = stage.router.rank(unit).header(HEADER)
    assert stage.router.feed_back([{"impression": shown, "item": item} for item in "ab"], **headers).status == 202


def watched(stage: Stage) -> dict[str, float]:
    """The votes with each sign, whatever their outcome."""
    return stage.router.counts("watched_votes", "sign")


def await_watched(stage: Stage, **wanted: int) -> None:
    """With a store a vote is counted once it has been written."""
    wait_until(lambda: watched(stage) == wanted, f"votes with the signs {wanted}")


def test_an_invented_user_converts_at_once_and_sees_one_list(guarded: Stage) -> None:
    convert(guarded, "u-1")
    await_watched(guarded, prompt=1, single=1)


def test_a_user_who_comes_back_is_no_single_one(guarded: Stage) -> None:
    guarded.router.rank("u-1")
    convert(guarded, "u-1")
    await_watched(guarded, prompt=1)


def test_many_units_from_one_address_are_a_crowd(guarded: Stage) -> None:
    for number in range(CROWD + 3):
        convert(guarded, f"u-{number}")
    await_watched(guarded, prompt=CROWD + 3, single=CROWD + 3, crowded=3)


def test_who_has_the_token_is_not_watched(guarded: Stage) -> None:
    convert(guarded, "u-1", **BEARER)
    wait_until(lambda: sum(guarded.router.counts("votes", "outcome").values()) == 1, "the vote")
    assert watched(guarded) == {}


@pytest.mark.parametrize("authorization", [None, "Bearer wrong"])
def test_where_the_token_is_required_no_form_counts_without_it(
    set_up: Any, tmp_path: Path, authorization: str | None
) -> None:
    file = tmp_path / "feedback-token"
    file.write_text(TOKEN)
    stage = set_up(feedbackTokenFile=str(file), feedbackNeedsToken=True)
    headers = {} if authorization is None else {"Authorization": authorization}
    shown = stage.router.rank("u").header(HEADER)
    events = [{"impression": shown, "item": "a"}, {"unit": "u", "item": "a"}, {"impression": "forged", "item": "a"}]
    assert stage.router.feed_back(events, **headers).json() == {"accepted": 0, "ignored": 3}
    assert stage.router.counts("feedback", "result") == {"unauthorized": 3}
    assert stage.router.feed_back(events[:1], **BEARER).json() == {"accepted": 1, "ignored": 0}


def test_where_the_required_token_is_missing_nobody_votes(set_up: Any, tmp_path: Path) -> None:
    stage = set_up(feedbackTokenFile=str(tmp_path / "nothing"), feedbackNeedsToken=True)
    shown = stage.router.rank("u").header(HEADER)
    assert stage.router.feed_back([{"impression": shown, "item": "a"}], **BEARER).json() == {
        "accepted": 0,
        "ignored": 1,
    }


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (b"2001:db8:1:2::1", b"2001:db8:1:2:ffff::9", True),
        (b"2001:db8:1:2::1", b"2001:db8:1:3::1", False),
        (b"::ffff:192.0.2.7", b"192.0.2.7", True),
        (b"::ffff:192.0.2.7", b"::ffff:192.0.2.8", False),
        (b"fe80::1%eth0", b"fe80::2%eth0", True),
        (b"unix:socket", b"unix:other", False),
    ],
)
def test_a_network_of_64_bits_is_one_source(store_kind: str, one: bytes, other: bytes, is_same: bool) -> None:
    sources = VoteSources()
    sources.add(one)
    sources.add(other)
    assert len(sources.votes) == (1 if is_same else 2)


def test_addresses_are_kept_in_bounded_memory(store_kind: str) -> None:
    sources = VoteSources(most=2)
    for address in (b"1", b"2", b"3"):
        assert not sources.add(address)
    assert list(sources.votes) == [b"2", b"3"]
