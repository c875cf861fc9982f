"""Previews: the endpoint as a user would find it, for who carries the token, and without a trace in any count."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply
from tests.router.programs import Answer, Samples, wait_until

IMPRESSION = "X-Interleaver-Impression"
PREVIEW = "X-Interleaver-Preview"
TOKEN = "5c" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}
FORMS = ("interleaved", "champion", "candidate")
# What is about the moment: connections, and how late timers are.
OF_THE_MOMENT = ("connections", "event_loop_lag", "previews")


@pytest.fixture
def previewing(set_up: Any, pliable_stage: Stage) -> Iterator[Any]:
    """Sets a router up that has a preview token."""
    file = pliable_stage.router.keys / "preview"
    file.write_text(TOKEN + "\n")
    yield set_up
    file.unlink()


def preview(stage: Stage, form: str, unit: str = "u", **headers: str) -> Answer:
    return stage.router.rank(unit, b"{}", **{PREVIEW: form, **BEARER, **headers})


def list_ids(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [item["id"] for item in answer.json()["items"]]


def read_counts(stage: Stage) -> Samples:
    """All that the router exports, but for what is about the moment."""
    found = stage.router.metrics()
    return {name: samples for name, samples in found.items() if not any(word in name for word in OF_THE_MOMENT)}


def read_previews(stage: Stage) -> dict[str, float]:
    """Previews by what they asked for, since the test began."""
    name = "interleaver_previews_total"
    former = stage.router.baseline.get(name, {})
    found = {dict(key)["preview"]: value - former.get(key, 0) for key, value in stage.router.metrics()[name].items()}
    return {form: number for form, number in found.items() if number}


@pytest.mark.parametrize("percent", [0, 40, 100])
def test_whoever_previews_gets_the_list_that_the_unit_would_be_shown(previewing: Any, percent: int) -> None:
    units = [f"unit {number}" for number in range(8)]
    stage = previewing(run="a-run-of-its-own")
    shown = [stage.router.rank(unit) for unit in units]
    stage = previewing(run="a-run-of-its-own", percent=percent)
    seen = [preview(stage, "interleaved", unit) for unit in units]
    assert [answer.body for answer in seen] == [answer.body for answer in shown]
    assert len({answer.body for answer in seen}) > 1
    assert all(answer.header(IMPRESSION) for answer in seen)


@pytest.mark.parametrize("percent", [0, 40, 100])
def test_either_model_can_be_seen_alone(previewing: Any, percent: int) -> None:
    stage = previewing(percent=percent)
    assert list_ids(preview(stage, "champion")) == ["a", "b", "c"]
    assert list_ids(preview(stage, "candidate")) == ["b", "d", "a"]
    assert len(stage.champion.seen) == len(stage.candidate.seen) == 1
    assert preview(stage, "candidate").header(PREVIEW) == "candidate"
    assert preview(stage, "candidate").header(IMPRESSION) is None


def test_other_paths_are_previewed_too_as_they_stream(previewing: Any) -> None:
    stage = previewing(percent=0)
    stage.answer(Reply(b"v1"), Reply(b"v2"))
    said = {form: stage.router.request("GET", "/version", {PREVIEW: form, **BEARER}).body for form in FORMS}
    assert said == {"interleaved": b"v1", "champion": b"v1", "candidate": b"v2"}


def test_a_preview_leaves_no_trace(previewing: Any, tmp_path: Path) -> None:
    """Counters, histograms, votes, samples, the breaker and errors of our own: all stay as they were."""
    sampling = {"folder": str(tmp_path), "perBillion": 1_000_000_000}
    stage = previewing(percent=50, overall=True, sampling=sampling)
    before = read_counts(stage)
    impression = preview(stage, "interleaved").header(IMPRESSION)
    for form in FORMS:
        preview(stage, form)
        stage.router.request("POST", "/recommend", {PREVIEW: form, **BEARER}, b"{}")  # without a unit
    feedback = [{"impression": impression, "item": item} for item in ("a", "b", "d")]
    assert stage.router.feed_back(feedback, **{PREVIEW: "interleaved", **BEARER}).status == 202
    assert stage.router.feed_back(feedback).json() == {"accepted": 0, "ignored": 3}
    stage.answer(candidate=Reply(b"", "500 Internal Server Error"))
    for _ in range(12):
        assert preview(stage, "candidate").status == 500
        assert list_ids(preview(stage, "interleaved")) == ["a", "b", "c"]
    stage.candidate.stop()
    for _ in range(12):
        assert preview(stage, "candidate").status == 502
    assert read_counts(stage) == before
    assert list(tmp_path.glob("**/*.jsonl")) == []
    assert read_previews(stage) == {"interleaved": 16, "champion": 2, "candidate": 26}


def test_a_candidate_is_seen_though_the_breaker_leaves_it_alone(previewing: Any) -> None:
    stage = previewing()
    stage.answer(candidate=Reply(b"", "500 Internal Server Error"))
    for number in range(10):
        stage.router.rank(f"unit {number}")
    assert stage.router.sample("interleaver_breaker", state="closed") == 0
    stage.answer(candidate=answer_items("b", "d", "a"))
    assert preview(stage, "interleaved").header(IMPRESSION)
    assert list_ids(preview(stage, "candidate")) == ["b", "d", "a"]


@pytest.mark.parametrize("unit", [{"header": "X-User-Id"}, {"pointer": "/user"}])
def test_models_get_what_a_user_would_have_sent(previewing: Any, unit: dict[str, str]) -> None:
    contract = {"path": "/recommend", "unit": unit, "items": "/items", "itemId": "/id"}
    stage = previewing(percent=100, contract=contract)
    body = json.dumps({"user": "u", "more": [1, 2]}).encode()
    stage.router.rank("u", body, **{"X-More": "kept"})
    stage.router.rank("u", body, **{"x-interleaver-preview": "Interleaved", **BEARER, "X-More": "kept"})
    for model in (stage.champion, stage.candidate):
        plain, seen = model.seen
        assert seen._replace(connection=0) == plain._replace(connection=0)


def test_another_authorization_travels_on(previewing: Any) -> None:
    stage = previewing()
    request = (
        b"GET /recommend HTTP/1.1\r\nHost: a\r\nX-User-Id: u\r\nX-Interleaver-Preview: candidate\r\n"
        b"Authorization: Basic c2hvcA==\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n\r\n"
    )
    with stage.router.client() as client:
        client.send(request)
        assert client.receive().status == 200
    assert [value for key, value in stage.candidate.seen[0].headers if key == "Authorization"] == ["Basic c2hvcA=="]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Authorization": f"Bearer {TOKEN}x"}, 403),
        ({"Authorization": f"Basic {TOKEN}"}, 403),
        ({"Authorization": TOKEN}, 403),
        ({**BEARER, PREVIEW: "both"}, 400),
        ({**BEARER, PREVIEW: ""}, 400),
    ],
)
@pytest.mark.parametrize("target", ["/recommend", "/other", "/feedback"])
def test_nothing_is_forwarded_for_who_may_not_preview(
    previewing: Any, headers: dict[str, str], status: int, target: str
) -> None:
    stage = previewing(percent=100)
    before = read_counts(stage)
    answer = stage.router.request("POST", target, {"X-User-Id": "u", PREVIEW: "interleaved", **headers}, b"{}")
    assert (answer.status, list(answer.json())) == (status, ["error"])
    assert (answer.header("WWW-Authenticate") is not None) == (status == 401)
    assert answer.header("Cache-Control") == "private, no-store"
    assert stage.champion.seen == stage.candidate.seen == []
    assert read_counts(stage) == before
    assert read_previews(stage) == {"refused": 1}


def test_no_token_previews_where_the_keys_have_none(set_up: Any) -> None:
    stage = set_up()
    assert preview(stage, "interleaved").status == 403


def test_a_key_of_the_impressions_is_no_preview_token_and_the_other_way_round(previewing: Any) -> None:
    stage = previewing()
    key = (stage.router.keys / "k1").read_text().strip()
    assert preview(stage, "champion", Authorization=f"Bearer {key}").status == 403


@pytest.mark.parametrize("cached", ["public, max-age=600", "max-age=60, s-maxage=600", "no-cache"])
def test_nobody_keeps_a_preview(previewing: Any, cached: str) -> None:
    stage = previewing()
    says = (("Cache-Control", cached), ("Expires", "Thu, 01 Jan 2099 00:00:00 GMT"), ("Surrogate-Control", "max-age=9"))
    items = answer_items("a", "b", "c").body
    stage.answer(Reply(items, headers=says), Reply(items, headers=says))
    for form in FORMS:
        answer = preview(stage, form)
        assert [value for key, value in answer.headers if key.lower() == "cache-control"] == ["private, no-store"]
        assert answer.header("Expires") is answer.header("Surrogate-Control") is None


def test_feedback_on_a_preview_is_answered_and_not_counted(previewing: Any) -> None:
    stage = previewing(percent=50)
    shown = preview(stage, "interleaved").header(IMPRESSION)
    event = {"impression": shown, "item": "a"}
    assert stage.router.feed_back(event).json() == {"accepted": 0, "ignored": 1}
    in_preview = {PREVIEW: "interleaved", **BEARER}
    said = [stage.router.feed_back(event, **in_preview).json() for _ in range(2)]
    assert said == [{"accepted": 1, "ignored": 0}, {"accepted": 0, "ignored": 1}]  # as users' would be: once
    assert stage.router.feed_back({**event, "item": "z"}, **in_preview).json() == {"accepted": 0, "ignored": 1}
    assert stage.router.counts("feedback", "result") == stage.router.counts("votes", "outcome") == {}


def test_feedback_in_preview_counts_for_nobody_who_was_shown_a_list(previewing: Any) -> None:
    stage = previewing()
    event = {"impression": stage.router.rank("u").header(IMPRESSION), "item": "a"}
    assert stage.router.feed_back(event, **{PREVIEW: "interleaved", **BEARER}).status == 202
    assert stage.router.counts("votes", "outcome") == {}
    assert stage.router.feed_back(event).json() == {"accepted": 1, "ignored": 0}


def test_without_a_candidate_there_is_the_champion_to_preview(previewing: Any) -> None:
    for changes in ({"run": None, "candidate": None}, {"candidate": None}):
        stage = previewing(**changes)
        assert list_ids(preview(stage, "champion")) == ["a", "b", "c"]
        assert {preview(stage, form).status for form in ("interleaved", "candidate")} == {409}


def test_a_token_that_changes_is_followed_and_so_is_a_configuration(previewing: Any) -> None:
    stage = previewing(percent=0)
    assert list_ids(preview(stage, "candidate")) == ["b", "d", "a"]
    fresh = stage.router.keys / ".fresh"
    fresh.write_text("77" * 32)
    fresh.rename(stage.router.keys / "preview")
    wait_until(lambda: preview(stage, "candidate").status == 403, "the former token is out of use")
    assert preview(stage, "candidate", Authorization=f"Bearer {'77' * 32}").status == 200
    stage.configure(percent=0, candidate=None)
    assert preview(stage, "candidate", Authorization=f"Bearer {'77' * 32}").status == 409
