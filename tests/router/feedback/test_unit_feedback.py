"""Feedback of systems that know the buyer alone: who may send it, and which impression it is about."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from interleaver.api.routing import decode
from interleaver.interleaving.coins import Lot
from interleaver.interleaving.team_draft import Team
from interleaver.router.config.in_force import Trial, put_in_force
from interleaver.router.feedback.ballot import Ballot, Claim
from interleaver.router.serving.stores import Stores
from interleaver.router.system.counters import Counters
from interleaver.router.tokens.impression import hash_run
from interleaver.router.tokens.keys import KeyRing, derive_key
from interleaver.router.tokens.sealing import seal
from interleaver.router.votes.memory import Votes
from interleaver.router.votes.store import Conversion
from tests.router.config.test_fuzz_configuration import VALID
from tests.router.conftest import STORE_KINDS, Stage, answer_items
from tests.router.programs import wait_until
from tests.router.redis import Redis
from tests.router.shared.test_shared_votes import await_up, await_votes

HEADER = "X-Interleaver-Impression"
TOKEN = "t0ken-of-the-order-service"

both = pytest.mark.parametrize("store_kind", STORE_KINDS)


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "feedback-token"
    file.write_text(TOKEN + "\n")
    return file


def send(stage: Stage, *events: Any, authorization: str | None = f"Bearer {TOKEN}") -> dict[str, int]:
    answer = stage.router.feed_back(list(events), **({"Authorization": authorization} if authorization else {}))
    assert answer.status == 202
    said: dict[str, int] = answer.json()
    return said


@both
def test_a_unit_that_was_shown_the_item_votes(set_up: Any, token_file: Path) -> None:
    stage = set_up(feedbackTokenFile=str(token_file))
    stage.router.rank("u-1")
    stage.router.rank("17")
    events = [{"unit": "u-1", "item": "a"}, {"unit": 17, "item": "a"}, {"unit": "u-1", "item": "a"}]
    assert send(stage, *events) == {"accepted": 2, "ignored": 1}
    assert sum(stage.router.counts("votes", "outcome").values()) == 2
    assert stage.router.counts("feedback", "result") == {"credited": 2, "duplicate": 1}


@both
def test_both_forms_count_one_vote(set_up: Any, token_file: Path) -> None:
    stage = set_up(feedbackTokenFile=str(token_file))
    shown = stage.router.rank("u").header(HEADER)
    events = [{"unit": "u", "item": "a"}, {"impression": shown, "item": "a"}, {"impression": shown, "item": "b"}]
    assert send(stage, *events) == {"accepted": 2, "ignored": 1}
    assert sum(stage.router.counts("votes", "outcome").values()) == 1


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer "]
)
def test_nobody_without_the_token_votes_for_a_unit(set_up: Any, token_file: Path, authorization: str | None) -> None:
    stage = set_up(feedbackTokenFile=str(token_file))
    shown = stage.router.rank("u").header(HEADER)
    events = [{"unit": "u", "item": "a"}, {"impression": shown, "item": "b"}]
    assert send(stage, *events, authorization=authorization) == {"accepted": 1, "ignored": 1}
    assert stage.router.counts("feedback", "result") == {"unauthorized": 1, "credited": 1}


def test_nobody_votes_for_a_unit_where_the_form_is_off_or_the_file_missing(set_up: Any, tmp_path: Path) -> None:
    for settings in ({}, {"feedbackTokenFile": str(tmp_path / "nothing")}):
        stage = set_up(**settings)
        stage.router.rank("u")
        for authorization in (f"Bearer {TOKEN}", "Bearer ", None):
            assert send(stage, {"unit": "u", "item": "a"}, authorization=authorization)["ignored"] == 1
        assert stage.router.counts("feedback", "result") == {"unauthorized": 3}


def test_a_token_that_changes_is_followed_and_never_shown(set_up: Any, token_file: Path) -> None:
    stage = set_up(feedbackTokenFile=str(token_file))
    stage.router.rank("u")
    token_file.write_text("another")

    def is_followed() -> bool:
        return send(stage, {"unit": "u", "item": "zz"}) == {"accepted": 0, "ignored": 1} and (
            stage.router.counts("feedback", "result").get("unauthorized", 0) > 0
        )

    wait_until(is_followed, "the former token is refused")
    assert send(stage, {"unit": "u", "item": "a"}, authorization="bearer another") == {"accepted": 1, "ignored": 0}
    said = stage.router.log_file.read_text() + stage.router.admin("GET", "/config").body.decode()
    assert TOKEN not in said


def replace(file: Path, text: str | None) -> None:
    """Put another content into the place of a file, in one step as the kubelet does; None = what cannot be read."""
    fresh = file.with_suffix(".new")
    if text is None:
        fresh.symlink_to(file)  # which will be itself
    else:
        fresh.write_text(text)
    fresh.replace(file)


UNUSABLE = {"empty": " \n", "too-long": "x" * 5000, "several-words": "one two", "unreadable": None, "missing": ""}


@pytest.mark.parametrize("reason", list(UNUSABLE))
def test_a_token_that_is_no_good_is_said_once_and_shown(make_stage: Any, token_file: Path, reason: str) -> None:
    stage, usable = make_stage(), "interleaver_feedback_token_usable"
    stage.start(feedbackTokenFile=str(token_file))
    assert stage.router.sample(usable) == 1
    if reason == "missing":
        token_file.unlink()
    else:
        replace(token_file, UNUSABLE[reason])
    event = wait_until(lambda: stage.router.find_event("feedback-token-unusable"), "it is said")
    assert (event["file"], event["reason"]) == (str(token_file), reason)
    stage.configure(feedbackTokenFile=str(token_file))
    assert stage.router.sample(usable) == 0
    stage.router.rank("u")
    assert send(stage, {"unit": "u", "item": "a"}) == {"accepted": 0, "ignored": 1}
    replace(token_file, TOKEN)
    wait_until(lambda: stage.router.sample(usable) == 1, "there is a token again")
    assert send(stage, {"unit": "u", "item": "a"}) == {"accepted": 1, "ignored": 0}
    said = [each["event"] for each in stage.router.events() if each["event"].startswith("feedback-token")]
    assert said == ["feedback-token-unusable", "feedback-token-found"]
    stage.configure()
    assert usable not in stage.router.metrics()
    assert TOKEN not in stage.router.log_file.read_text()


@both
@pytest.mark.parametrize("unit", [None, "", 1.5, True, ["u"], {}])
def test_a_unit_that_is_none_is_invalid(set_up: Any, token_file: Path, unit: Any) -> None:
    stage = set_up(feedbackTokenFile=str(token_file))
    assert send(stage, {"unit": unit, "item": "a"}) == {"accepted": 0, "ignored": 1}
    assert stage.router.counts("feedback", "result") == {"invalid": 1}


@both
def test_a_unit_that_was_shown_nothing_or_another_item_is_unmatched(set_up: Any, token_file: Path) -> None:
    stage = set_up(feedbackTokenFile=str(token_file))
    stage.router.rank("u")
    early = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    events = [{"unit": "v", "item": "a"}, {"unit": "u", "item": "zz"}, {"unit": "u", "item": "a", "at": early}]
    assert send(stage, *events) == {"accepted": 0, "ignored": 3}
    assert stage.router.counts("feedback", "result") == {"unmatched": 3}


@both
def test_an_event_after_the_window_is_late_and_one_of_tomorrow_invalid(set_up: Any, token_file: Path) -> None:
    stage = set_up(feedbackTokenFile=str(token_file), attributionSeconds=5)
    stage.router.rank("u")
    now = datetime.now(UTC)
    events = [{"unit": "u", "item": "a", "at": (now + timedelta(seconds=s)).isoformat()} for s in (30, 3600)]
    assert send(stage, *events) == {"accepted": 0, "ignored": 2}
    assert stage.router.counts("feedback", "result") == {"late": 1, "invalid": 1}


@both
def test_the_latest_five_impressions_are_known(set_up: Any, token_file: Path) -> None:
    stage: Stage = set_up(feedbackTokenFile=str(token_file))
    for number in range(6):
        stage.answer(*[answer_items(f"i{number}")] * 2)
        stage.router.rank("u")
    events = [{"unit": "u", "item": f"i{number}"} for number in range(6)]
    assert send(stage, *events) == {"accepted": 5, "ignored": 1}
    assert stage.router.counts("feedback", "result") == {"unmatched": 1, "credited": 1, "duplicate": 4}


# Which impression counts, by the rule alone.

SECRET = b"s" * 32
KEY = derive_key("k1", SECRET)
TRIAL = Trial("r1", hash_run("shop/feed", "r1"), SECRET, KeyRing(KEY, {KEY.tag: KEY}, SECRET))
UNIT = Lot(SECRET, "u").hash


def shown(at: int, team: Team, *, item: str = "a", run: bytes = TRIAL.hash) -> bytes:
    return seal(KEY, at.to_bytes(8, "big"), run, UNIT, at, [item], [team])


def choose(at: float, *tokens: bytes, item: str = "a") -> str:
    chosen = Ballot(TRIAL, 1000).choose(Claim(UNIT, item, at), tokens)
    return chosen.vote if isinstance(chosen, Conversion) else chosen


def test_the_last_impression_before_the_event_that_showed_the_item_counts() -> None:
    tokens = [
        shown(400, Team.CHAMPION),
        shown(300, Team.CANDIDATE, item="b"),
        shown(200, Team.CANDIDATE),
        shown(100, Team.NEUTRAL),
    ]
    assert choose(450, *tokens) == "loss"
    assert choose(350, *tokens) == "win"
    assert choose(150, *tokens) == "tie"
    assert choose(90, *tokens) == "tie"  # the shop's clock may be off by a minute
    assert choose(30, *tokens) == "unmatched"
    assert choose(1150, *tokens) == "loss"
    assert choose(1450, *tokens) == "late"
    assert choose(450, *tokens, item="b") == "win"
    assert choose(450, *tokens, item="c") == "unmatched"


def test_impressions_of_another_run_or_a_key_that_is_gone_are_passed_over() -> None:
    gone = seal(derive_key("k0", SECRET), b"n" * 8, TRIAL.hash, UNIT, 150, ["a"], [Team.CHAMPION])
    other = shown(140, Team.CHAMPION, run=hash_run("shop/feed", "r0"))
    assert choose(200, gone, other, b"no token", shown(100, Team.CANDIDATE)) == "win"
    assert choose(200, gone, other) == "unmatched"


# With a store that is shared.


def test_an_impression_of_one_router_is_known_to_the_other(
    make_stage: Callable[..., Stage], redis: Redis, token_file: Path
) -> None:
    first, second = (make_stage().start(store={"url": redis.url}, feedbackTokenFile=str(token_file)) for _ in range(2))
    first.router.rank("u")
    key = wait_until(lambda: redis.keys("*:shown:*"), "the impression is written")[0]
    assert 80_000 < int(redis.ask("TTL", key)) <= 86_460
    assert len(bytes.fromhex(key.rpartition(":")[2])) == 16  # a keyed hash, and not the user
    assert send(second, {"unit": "u", "item": "a"}) == {"accepted": 1, "ignored": 0}


def test_nothing_is_written_about_impressions_where_the_form_is_off(
    make_stage: Callable[..., Stage], redis: Redis
) -> None:
    stage = make_stage().start(store={"url": redis.url})
    stage.router.rank("u")
    token = stage.router.rank("v").header(HEADER)
    stage.router.feed_back({"impression": token, "item": "a"})
    await_votes(stage.router, 1)
    assert redis.keys("*:shown:*") == []


def test_a_units_event_waits_for_a_store_that_is_away(
    make_stage: Callable[..., Stage], redis: Redis, token_file: Path
) -> None:
    stage = make_stage().start(store={"url": redis.url}, feedbackTokenFile=str(token_file))
    await_up(stage.router, True)
    redis.kill()
    await_up(stage.router, False)
    stage.router.rank("u")
    events = [{"unit": "u", "item": "a"}, {"unit": "u", "item": "zz"}]
    assert send(stage, *events) == {"accepted": 0, "ignored": 0, "buffered": 2}
    redis.start()
    await_votes(stage.router, 1)
    assert stage.router.counts("feedback", "result") == {"credited": 1, "unmatched": 1}


def test_a_window_that_changes_in_the_middle_of_a_run_holds_for_the_lists_that_are_shown_from_then_on(
    make_stage: Any, redis: Redis, token_file: Path
) -> None:
    settings = {"feedbackTokenFile": str(token_file), "store": {"url": redis.url}}
    stage = make_stage().start(attributionSeconds=1000, **settings)
    stage.router.rank("early")
    wait_until(lambda: len(redis.keys("*:shown:*")) == 1, "it is written")
    (early,) = redis.keys("*:shown:*")
    stage.configure(attributionSeconds=5000, **settings)
    stage.router.rank("late")
    wait_until(lambda: len(redis.keys("*:shown:*")) == 2, "both are written")
    (late,) = (key for key in redis.keys("*:shown:*") if key != early)
    assert 900 < int(redis.ask("TTL", early)) <= 1060
    assert 4900 < int(redis.ask("TTL", late)) <= 5060
    stage.router.rank("early")
    wait_until(lambda: int(redis.ask("TTL", early)) > 4900, "the unit is remembered for longer")


def test_a_window_that_changes_holds_in_memory_as_well() -> None:
    async def scene() -> None:
        counters = Counters(0.0)
        counters.open_run("r1")
        stores = Stores(counters)
        config = decode(json.dumps(VALID | {"store": None, "attributionSeconds": 100}))
        first = stores.open(put_in_force(config, TRIAL))
        first.show(b"u", b"token", 0)
        assert stores.open(put_in_force(structs.replace(config, attribution_seconds=10), TRIAL)) is first
        first.show(b"v", b"token", 80)
        assert isinstance(first, Votes)
        assert list(first.shown.tokens) == [b"v"]

    asyncio.run(scene())
