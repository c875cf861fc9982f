"""Feedback: what each event is worth, one vote per unit, and books that balance."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.router.conftest import STORE_KINDS, Stage, answer_items
from tests.router.programs import render_request, wait_until

HEADER = "X-Interleaver-Impression"

pytestmark = pytest.mark.parametrize("store_kind", STORE_KINDS)


def show(stage: Stage, unit: str) -> str:
    """Show a merged list to a unit; the token."""
    token = stage.router.rank(unit).header(HEADER)
    assert token is not None
    return token


def send(stage: Stage, *events: Any) -> tuple[int, int]:
    answer = stage.router.feed_back(list(events))
    assert answer.status == 202
    return answer.json()["accepted"], answer.json()["ignored"]


@pytest.fixture
def disjoint(stage: Stage) -> Stage:
    """The champion knows c1 and c2, the candidate d1 and d2, and both put n first."""
    stage.answer(answer_items("n", "c1", "c2"), answer_items("n", "d1", "d2"))
    return stage


@pytest.mark.parametrize(
    ("item", "model", "vote"), [("d1", "candidate", "win"), ("c1", "champion", "loss"), ("n", "neutral", "tie")]
)
def test_the_owner_of_the_item_decides_the_vote(disjoint: Stage, unit: str, item: str, model: str, vote: str) -> None:
    assert send(disjoint, {"impression": show(disjoint, unit), "item": item}) == (1, 0)
    assert disjoint.router.counts("votes", "outcome") == {vote: 1}
    assert disjoint.router.counts("conversions", "model") == {model: 1}
    assert disjoint.router.counts("feedback", "result") == {"credited": 1}


def test_the_first_conversion_of_a_unit_decides_and_later_ones_are_conversions_only(disjoint: Stage, unit: str) -> None:
    first, second = show(disjoint, unit), show(disjoint, unit)
    assert send(disjoint, {"impression": first, "item": "n"}, {"impression": first, "item": "c1"}) == (2, 0)
    assert send(disjoint, {"impression": second, "item": "d1"}) == (1, 0)
    assert disjoint.router.counts("votes", "outcome") == {"tie": 1}
    assert disjoint.router.counts("conversions", "model") == {"neutral": 1, "champion": 1, "candidate": 1}
    assert disjoint.router.counts("feedback", "result") == {"credited": 1, "duplicate": 2}


def test_the_same_impression_and_item_count_once(disjoint: Stage, unit: str) -> None:
    event = {"impression": show(disjoint, unit), "item": "n"}
    assert send(disjoint, event, event) == (1, 1)
    assert send(disjoint, event) == (0, 1)
    assert disjoint.router.counts("conversions", "model") == {"neutral": 1}
    assert disjoint.router.counts("feedback", "result") == {"credited": 1, "duplicate": 2}


def test_votes_never_outnumber_conversions(disjoint: Stage) -> None:
    for number in range(12):
        token = show(disjoint, f"books {number}")
        send(disjoint, *({"impression": token, "item": item} for item in ("c1", "d1", "n", "d1", "zz")))
    router = disjoint.router
    assert sum(router.counts("votes", "outcome").values()) == 12
    assert sum(router.counts("conversions", "model").values()) == 36  # n and one item of each model


def test_an_item_that_was_not_shown_is_unmatched(disjoint: Stage, unit: str) -> None:
    token = show(disjoint, unit)
    assert send(disjoint, {"impression": token, "item": "c2"}, {"impression": token, "item": 1}) == (0, 2)
    assert disjoint.router.counts("feedback", "result") == {"unmatched": 2}


def test_ids_of_items_are_compared_by_type(stage: Stage, unit: str) -> None:
    stage.answer(answer_items(1, 2), answer_items(1, 2))
    token = show(stage, unit)
    assert send(stage, {"impression": token, "item": "1"}, {"impression": token, "item": 1.0}) == (1, 1)


def test_events_that_are_malformed_are_invalid(disjoint: Stage, unit: str) -> None:
    token = show(disjoint, unit)
    good = {"impression": token, "item": "n"}
    events = [
        {},
        7,
        {"impression": token},
        {"impression": 5, "item": "n"},
        {"impression": token, "item": None},
        {"impression": token, "item": ["n"]},
        {**good, "at": "yesterday"},
        {**good, "at": "2026-01-01T00:00:00"},
        {**good, "at": [1]},
        {**good, "at": True},
        {**good, "at": 10**400},
        {**good, "at": datetime.now(UTC).timestamp() + 3600},
    ]
    assert send(disjoint, *events) == (0, len(events))
    assert disjoint.router.counts("feedback", "result") == {"invalid": len(events)}


@pytest.mark.parametrize("bad", ['{"item": 1' + 30 * "0" + "}", '"\xff"', '{"a": 1, "item": {"deep": [[[]]]}}', "null"])
def test_a_bad_event_spoils_no_other(disjoint: Stage, unit: str, bad: str) -> None:
    good = json.dumps({"impression": show(disjoint, unit), "item": "n", "more": {"of": [1, {}]}})
    answer = disjoint.router.request("POST", "/feedback", {}, f" [{bad}, {good}]\n".encode("latin-1"))
    assert (answer.status, answer.json()) == (202, {"accepted": 1, "ignored": 1})


def test_the_form_without_an_impression_is_unauthorized(disjoint: Stage) -> None:
    assert send(disjoint, {"unit": "u", "item": "n"}) == (0, 1)
    assert disjoint.router.counts("feedback", "result") == {"unauthorized": 1}


def test_every_single_changed_byte_makes_a_token_forged(disjoint: Stage, unit: str) -> None:
    data = urlsafe_b64decode(show(disjoint, unit) + "==")
    changed = [data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :] for index in range(len(data))]
    tokens = [urlsafe_b64encode(each).decode() for each in [*changed, data[:-1], data + b"x", b""]]
    events = [{"impression": token, "item": "n"} for token in [*tokens, "", "é", "a", "=" * 9, "x" * 5000]]
    assert send(disjoint, *events) == (0, len(events))
    assert disjoint.router.counts("feedback", "result") == {"forged": len(events)}


@pytest.mark.parametrize("style", [lambda moment: moment.timestamp(), lambda moment: moment.isoformat()])
def test_time_counts_from_the_impression(disjoint: Stage, unit: str, style: Any) -> None:
    now = datetime.now(UTC)
    event = {"impression": show(disjoint, unit), "item": "n"}
    assert send(disjoint, {**event, "at": style(now - timedelta(hours=1))}) == (0, 1)
    assert disjoint.router.counts("feedback", "result") == {"unmatched": 1}
    assert send(disjoint, {**event, "at": style(now + timedelta(seconds=20))}) == (1, 0)


def test_a_late_conversion_is_not_counted(set_up: Any) -> None:
    stage = set_up(attributionSeconds=5)
    event = {"impression": show(stage, "u"), "item": "a"}
    at = datetime.now(UTC) + timedelta(seconds=30)
    assert send(stage, {**event, "at": at.isoformat().replace("+00:00", "Z")}) == (0, 1)
    assert stage.router.counts("feedback", "result") == {"late": 1}
    assert stage.router.counts("conversions", "model") == {}
    assert send(stage, event) == (1, 0)


def test_a_token_of_another_run_is_foreign_and_a_unit_votes_again_in_the_next_run(make_stage: Any) -> None:
    stage = make_stage().start()
    old = {"impression": show(stage, "u"), "item": "a"}
    assert send(stage, old) == (1, 0)
    stage.configure(run="r2")
    assert send(stage, old) == (0, 1)
    assert stage.router.count("feedback", run="r2", result="foreign") == 1
    assert send(stage, {"impression": show(stage, "u"), "item": "a"}) == (1, 0)
    assert sum(stage.router.counts("votes", "outcome", run="r2").values()) == 1
    assert sum(stage.router.counts("votes", "outcome", run="r1").values()) == 1


def test_feedback_that_began_before_the_next_run_counts_by_what_is_in_force_when_it_is_complete(set_up: Any) -> None:
    stage: Stage = set_up()
    body = json.dumps({"impression": show(stage, "u"), "item": "a"}).encode()
    with stage.router.client() as client:
        client.send(render_request("POST", "/feedback", None, body)[: -len(body)])
        next_stage: Stage = set_up()
        client.send(body)
        assert client.receive().json() == {"accepted": 0, "ignored": 1}
    assert next_stage.router.counts("feedback", "result") == {"foreign": 1}
    assert next_stage.router.counts("votes", "outcome") == {}


def test_a_token_of_another_experiment_is_foreign(make_stage: Any) -> None:
    stage = make_stage().start()
    token = show(stage, "u")
    stage.configure(experiment="shop/other")
    assert send(stage, {"impression": token, "item": "a"}) == (0, 1)
    assert stage.router.counts("feedback", "result") == {"foreign": 1}


def test_feedback_is_taken_while_settling(set_up: Any) -> None:
    stage = set_up()
    event = {"impression": show(stage, "u"), "item": "a"}
    stage.configure(candidate=None)
    assert send(stage, event) == (1, 0)


def test_a_unit_that_has_voted_has_voted_after_a_step_up(set_up: Any) -> None:
    stage = set_up(percent=90)
    tokens = [show(stage, "u"), show(stage, "u")] if stage.router.rank("u").header(HEADER) else []
    stage.configure(percent=100)
    tokens = tokens or [show(stage, "u"), show(stage, "u")]
    send(stage, {"impression": tokens[0], "item": "a"})
    stage.configure(percent=100)
    send(stage, {"impression": tokens[1], "item": "b"})
    assert sum(stage.router.counts("votes", "outcome").values()) == 1


def test_a_single_event_needs_no_list(disjoint: Stage, unit: str) -> None:
    answer = disjoint.router.feed_back({"impression": show(disjoint, unit), "item": "n"})
    assert (answer.status, answer.json()) == (202, {"accepted": 1, "ignored": 0})


@pytest.mark.parametrize("body", [b"", b"no json", b'"text"', b"7", b"null", b'{"a": ', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_feedback_is_refused(stage: Stage, body: bytes) -> None:
    answer = stage.router.request("POST", "/feedback", {}, body)
    assert answer.status == 400
    assert "not feedback" in answer.json()["error"]


def test_too_much_feedback_is_refused_and_none_of_it_counted(stage: Stage) -> None:
    assert send(stage, *[{}] * 1000) == (0, 1000)
    assert stage.router.feed_back([{}] * 1001).status == 413
    assert stage.router.request("POST", "/feedback", {}, json.dumps(["x" * 1_100_000]).encode()).status == 413
    assert stage.router.counts("feedback", "result") == {"invalid": 1000}


def test_feedback_is_sent_by_post(stage: Stage) -> None:
    answer = stage.router.request("GET", "/feedback")
    assert answer.status == 405
    assert answer.header("Allow") == "POST"


def test_an_empty_list_is_feedback_without_events(stage: Stage) -> None:
    assert send(stage) == (0, 0)


def test_the_first_coin_is_counted_once_per_unit(disjoint: Stage) -> None:
    for number in range(20):
        for _ in range(2):
            show(disjoint, f"coin {number}")
    counts = wait_until(lambda: count_coins(disjoint, 20), "all coins are counted")
    assert set(counts) == {"champion", "candidate"}
    show(disjoint, "coin 20")
    assert sum(wait_until(lambda: count_coins(disjoint, 21), "one more").values()) == 21


def count_coins(stage: Stage, least: int) -> dict[str, float] | None:
    """First coins by team, once there are so many; a shared store is told of them a little later."""
    counts = stage.router.counts("first_coins", "team")
    return counts if sum(counts.values()) >= least else None
