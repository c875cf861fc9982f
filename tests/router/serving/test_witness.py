"""What an outcome says of a model's health, and whose breaker hears of it."""

from typing import Any

import pytest

from interleaver.api.routing import Config, Contract, Target, Unit
from interleaver.router.http1.message import Answer, AnswerHead
from interleaver.router.models.call import Failure
from interleaver.router.serving.breaker import State
from interleaver.router.serving.witness import Witnesses, is_failure
from interleaver.router.system.sampling import Sampling

CONTRACT = Contract("/recommend", Unit(header="X-User-Id"), "/items", "/id")
SERVING = Target("v1", "aaaaaa", "http://10.0.0.1:80")
CANDIDATE = Target("v2", "bbbbbb", "http://10.0.0.2:80")


def make_config(**changes: Any) -> Config:
    fields: dict[str, Any] = {
        "version": 1, "generation": 1, "experiment": "shop/feed", "serving": SERVING, "contract": CONTRACT, "run": "r1",
        "candidate": CANDIDATE, "percent": 10,
    }  # fmt: skip
    return Config(**fields | changes)


def make() -> tuple[Witnesses, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []

    def write(event: str, **fields: Any) -> None:
        lines.append({"event": event, **fields})

    witnesses = Witnesses(Sampling(write), write)
    witnesses.adopt(make_config())
    return witnesses, lines


def answer(status: int) -> Answer:
    return Answer(AnswerHead(status, b"", [], 2), b"{}")


def fail(witnesses: Witnesses, times: int = 5) -> None:
    for _ in range(times):
        witnesses.candidate.note(Failure.TIMEOUT, witnesses.breaker.ticket, 0.0)


@pytest.mark.parametrize("failure", [each for each in Failure if each not in (Failure.SHED, Failure.BREAKER)])
def test_a_call_without_a_whole_answer_is_a_failure(failure: Failure) -> None:
    assert is_failure(failure) is True


def test_our_own_queue_says_nothing_of_a_model() -> None:
    assert is_failure(Failure.SHED) is None


@pytest.mark.parametrize(("status", "failed"), [(200, False), (302, False), (404, False), (429, False), (500, True)])
def test_an_answer_is_a_failure_if_it_says_so(status: int, failed: bool) -> None:
    assert is_failure(answer(status)) is failed


def test_what_is_shed_is_logged_and_opens_nothing() -> None:
    witnesses, lines = make()
    for second in range(9):
        witnesses.candidate.note(Failure.SHED, witnesses.breaker.ticket, float(second))
    assert witnesses.breaker.state is State.CLOSED
    assert [line["kind"] for line in lines] == ["shed"] * 9


def test_failures_of_the_champion_open_nothing() -> None:
    witnesses, _ = make()
    for _ in range(30):
        witnesses.champion.note(Failure.REFUSED, 0, 0.0)
    assert witnesses.breaker.state is State.CLOSED


@pytest.mark.parametrize("changes", [{"percent": 50}, {"generation": 2}, {"serving": SERVING}])
def test_the_same_candidate_in_the_same_run_keeps_its_breaker(changes: dict[str, Any]) -> None:
    witnesses, _ = make()
    fail(witnesses)
    witnesses.adopt(make_config(**changes))
    assert witnesses.breaker.state is State.OPEN
    assert witnesses.candidate.breaker is witnesses.breaker


@pytest.mark.parametrize(
    "changes",
    [{"run": "r2"}, {"candidate": Target("v2", "bbbbbb", "http://10.0.0.9:80")}, {"candidate": None, "run": None}],
)
def test_another_run_or_address_begins_with_a_closed_one(changes: dict[str, Any]) -> None:
    witnesses, _ = make()
    fail(witnesses)
    witnesses.adopt(make_config(**changes))
    assert witnesses.breaker.state is State.CLOSED
    assert witnesses.opened == 1


def test_calls_of_a_candidate_that_has_left_open_nobody_elses_breaker() -> None:
    witnesses, lines = make()
    former, ticket = witnesses.candidate, witnesses.breaker.ticket
    witnesses.adopt(make_config(run="r2"))
    for _ in range(9):
        former.note(Failure.TIMEOUT, ticket, 0.0)
    assert witnesses.breaker.state is State.CLOSED
    assert witnesses.opened == 0
    assert [line for line in lines if line["event"] == "breaker-opened"] == []
