"""The log of requests: off unless it is asked for, a sample, and without anything that names a user."""

from typing import Any

import pytest

from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.programs import wait_until


def list_requests(stage: Stage) -> list[dict[str, Any]]:
    return [event for event in stage.router.events() if event["event"] == "request"]


def start_logging(stage: Stage, every: int, **changes: Any) -> Stage:
    stage.router.flags = ["--log-sample", str(every)]
    return stage.start(**changes)


def test_no_request_is_logged_unless_it_is_asked_for(make_stage: Any) -> None:
    stage = make_stage().start()
    for _ in range(5):
        stage.router.rank()
    assert list_requests(stage) == []


def test_every_third_request_is_logged_without_its_query(make_stage: Any) -> None:
    stage = start_logging(make_stage(), 3)
    for number in range(7):
        target = f"/recommend?user=u{number}"
        assert stage.router.request("POST", target, {"X-User-Id": "u"}, b"{}").status == 200
    wait_until(lambda: len(list_requests(stage)) == 2, "two lines")
    for line in list_requests(stage):
        assert 0 < line.pop("milliseconds") < 20_000
        line.pop("time")
        assert line == {
            "event": "request", "method": "POST", "path": "/recommend", "status": 200, "arm": "interleaved",
            "reason": None, **stage.name_subject(),
        }  # fmt: skip


def test_a_line_says_why_there_was_no_comparison_and_whose_request_it_was(make_stage: Any) -> None:
    stage = start_logging(make_stage(), 1)
    stage.answer(candidate=Reply(b"{}", status="500 Broken"))
    stage.router.rank()
    stage.router.request("GET", "/elsewhere")
    stage.configure(percent=0)
    stage.champion.stop()
    stage.router.rank()
    lines = [(line["path"], line["status"], line["arm"], line["reason"]) for line in list_requests(stage)]
    assert lines == [
        ("/recommend", 200, "interleaved", "status"),
        ("/elsewhere", 200, None, None),
        ("/recommend", 502, "champion", "refused"),
    ]


@pytest.mark.parametrize("target", ["/recommend", "/elsewhere"])
def test_a_champion_that_fails_alone_is_logged_too(make_stage: Any, target: str) -> None:
    stage = make_stage().start(percent=0)
    stage.champion.stop()
    assert stage.router.request("POST", target, {"X-User-Id": "u"}, b"{}").status == 502
    wait_until(lambda: stage.router.find_event("champion-failed"), "the failure is logged")
