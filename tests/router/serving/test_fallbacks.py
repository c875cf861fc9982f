"""A request without a comparison still gets an answer, no token, and a counted reason."""

from typing import Any

import pytest

from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply
from tests.router.programs import wait_until

HEADER = "X-Interleaver-Impression"
CHAMPION = answer_items("a", "b", "c", by="champion")
CANDIDATE = answer_items("b", "d", "a", by="candidate")
BROKEN = Reply(raw=b"nonsense\r\n\r\n", close=True)
CUT = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", close=True)


def error(status: str) -> Reply:
    return Reply(b'{"oops": 1}', status=status, headers=(("X-Why", "because"),))


@pytest.mark.parametrize(
    ("champion", "candidate", "served", "reason", "outcome"),
    [
        (CHAMPION, error("500 Broken"), "champion", "status", "fallback"),
        (CHAMPION, error("404 Not Found"), "champion", "status", "fallback"),
        (CHAMPION, CUT, "champion", "refused", "fallback"),
        (CHAMPION, BROKEN, "champion", "parse", "fallback"),
        (CHAMPION, Reply(b"{}"), "champion", "parse", "fallback"),
        (CHAMPION, Reply(b'{"items": [{"id": null}]}'), "champion", "parse", "fallback"),
        (CHAMPION, Reply(b'{"items": [{}]}'), "champion", "parse", "fallback"),
        (CHAMPION, Reply(b'{"items": [{"id": 1}], "items": []}'), "champion", "parse", "fallback"),
        (CHAMPION, answer_items("x", "y", "y"), "champion", "short", "fallback"),
        (CHAMPION, answer_items(), "champion", "short", "fallback"),
        (error("404 Not Found"), CANDIDATE, "champion", "champion", "fallback"),
        (error("302 Found"), CANDIDATE, "champion", "champion", "fallback"),
        (Reply(b'{"none": 1}'), CANDIDATE, "champion", "contract", "fallback"),
        (Reply(b"text"), CANDIDATE, "champion", "contract", "fallback"),
        (Reply(b'{"items": [1], "items": [2]}'), CANDIDATE, "champion", "contract", "fallback"),
        (error("500 Broken"), CANDIDATE, "candidate", "champion", "fallback"),
        (CUT, CANDIDATE, "candidate", "champion", "fallback"),
        (error("503 Busy"), error("500 Broken"), "champion", "champion", "error"),
        (error("503 Busy"), Reply(b"{}"), "champion", "champion", "error"),
        (CUT, CUT, "502", "champion", "error"),
    ],
)
def test_the_answer_and_the_reason(
    stage: Stage, unit: str, champion: Reply, candidate: Reply, served: str, reason: str, outcome: str
) -> None:
    stage.answer(champion, candidate)
    answer = stage.router.rank(unit)
    assert answer.header(HEADER) is None
    if served == "502":
        assert answer.status == 502
        assert "closed the connection" in answer.json()["error"]
    else:
        model = champion if served == "champion" else candidate
        assert answer.body == model.body
        assert f"{answer.status} {answer.reason}" == model.status
        sent = [*model.headers, ("Content-Length", str(len(model.body))), ("Cache-Control", "private")]
        assert answer.headers == sent, "in the model's order and spelling"
    assert stage.router.counts("fallbacks", "reason") == {reason: 1}
    assert stage.router.counts("requests", "outcome") == {outcome: 1}
    assert stage.router.counts("slots", "team") == {}


@pytest.mark.parametrize(
    ("champion", "candidate", "outcomes"),
    [
        (CHAMPION, error("404 Not Found"), {"ok": 1, "error": 1}),
        (CHAMPION, error("500 Broken"), {"ok": 1, "error": 1}),
        (CHAMPION, Reply(b"{}"), {"ok": 1, "error": 1}),
        (CHAMPION, CUT, {"ok": 1, "error": 1}),
        (CHAMPION, answer_items("a"), {"ok": 2}),
        (error("404 Not Found"), error("404 Not Found"), {"ok": 2}),
        (Reply(b"{}"), Reply(b"{}"), {"ok": 2}),
        (error("500 Broken"), CANDIDATE, {"ok": 1, "error": 1}),
    ],
)
def test_a_model_is_blamed_only_for_what_is_its_own_fault(
    set_up: Any, champion: Reply, candidate: Reply, outcomes: dict[str, int]
) -> None:
    stage = set_up(slowMilliseconds=60_000)
    stage.answer(champion, candidate)
    stage.router.rank()
    wait_until(lambda: stage.router.counts("model_calls", "outcome") == outcomes, "both calls are counted")


def test_a_refused_candidate(set_up: Any) -> None:
    stage = set_up()
    stage.candidate.stop()
    assert stage.router.rank().body == CHAMPION.body
    assert stage.router.counts("fallbacks", "reason") == {"refused": 1}
    assert stage.router.count("model_calls", model="candidate", outcome="error") == 1


def test_a_refused_champion(set_up: Any) -> None:
    stage = set_up()
    stage.champion.stop()
    assert stage.router.rank().body == CANDIDATE.body
    stage.candidate.stop()
    assert stage.router.rank().status == 502
    assert stage.router.counts("fallbacks", "reason") == {"champion": 2}
    assert stage.router.counts("requests", "outcome") == {"fallback": 1, "error": 1}


LATE = 1.2  # seconds; the deadlines below are well under it, and well above what an idle model takes


def test_a_late_candidate_is_not_waited_for_and_its_connection_is_kept(set_up: Any) -> None:
    stage = set_up(timeouts={"championMilliseconds": 5000, "candidateMilliseconds": 400})
    before = stage.candidate.connections
    stage.answer(candidate=Reply(CANDIDATE.body, delay=LATE))
    assert stage.router.rank().body == CHAMPION.body
    assert stage.router.counts("fallbacks", "reason") == {"timeout": 1}
    assert stage.router.count("model_calls", model="candidate", outcome="timeout") == 1
    stage.answer(candidate=CANDIDATE)
    wait_until(lambda: stage.router.rank().header(HEADER) and len(stage.candidate.seen) > 2, "merged answers again")
    assert stage.candidate.connections - before <= 2


def test_a_late_champion_is_replaced_by_the_candidate_or_504(set_up: Any) -> None:
    stage = set_up(timeouts={"championMilliseconds": 400, "candidateMilliseconds": 5000})
    stage.answer(champion=Reply(CHAMPION.body, delay=5))
    assert stage.router.rank().body == CANDIDATE.body
    stage.answer(candidate=error("500 Broken"))
    answer = stage.router.rank()
    assert answer.status == 504
    assert answer.json() == {"error": "the model did not answer in time"}
    assert stage.router.counts("fallbacks", "reason") == {"champion": 2}
    assert stage.router.count("model_calls", model="champion", outcome="timeout") == 2


def test_a_candidate_that_was_late_does_not_count_though_the_champion_was_later(set_up: Any) -> None:
    stage = set_up(timeouts={"championMilliseconds": 10_000, "candidateMilliseconds": 200})
    stage.answer(Reply(CHAMPION.body, delay=LATE), Reply(CANDIDATE.body, delay=0.8))
    assert stage.router.rank().body == CHAMPION.body
    assert stage.router.counts("fallbacks", "reason") == {"timeout": 1}


def test_a_slow_answer_is_merged_and_counted_as_slow(set_up: Any) -> None:
    stage = set_up(slowMilliseconds=50)
    stage.answer(candidate=Reply(CANDIDATE.body, delay=0.1))
    assert stage.router.rank().header(HEADER)
    assert stage.router.count("model_calls", model="candidate", outcome="slow") == 1


def test_a_champion_that_hangs_for_a_unit_outside_gets_504(set_up: Any) -> None:
    stage = set_up(percent=0, timeouts={"championMilliseconds": 100, "candidateMilliseconds": 100})
    stage.answer(champion=Reply(delay=5))
    assert stage.router.rank().status == 504
    assert stage.router.count("requests", arm="champion", outcome="error") == 1
    assert stage.router.count("model_calls", model="champion", outcome="timeout") == 1


def test_calls_beyond_the_cap_and_the_queue_are_shed(set_up: Any) -> None:
    stage = set_up(timeouts={"championMilliseconds": 30_000, "candidateMilliseconds": 20_000})
    clients = []
    stage.answer(candidate=Reply(delay=30))
    try:
        for number in range(256 + 512 + 3):
            clients.append(stage.router.client())
            request = b"GET /recommend HTTP/1.1\r\nHost: a\r\nX-User-Id: u%d\r\n\r\n" % number
            clients[-1].send(request)
        for client in clients[-3:]:
            assert client.receive().body == CHAMPION.body
        assert stage.router.counts("fallbacks", "reason") == {"shed": 3}
        stage.candidate.stop()  # ends the calls that wait
        for client in clients[:-3]:
            assert client.receive().body == CHAMPION.body
    finally:
        for client in clients:
            client.socket.close()


# Servers that answer 200 whatever happened, as cog does.
FAILED = Reply(b'{"status": "failed", "output": null, "error": "no weights"}')
EMPTY = Reply(b'{"status": "failed", "items": []}')


@pytest.mark.parametrize(
    ("champion", "candidate", "served", "reason", "calls"),
    [
        (CHAMPION, FAILED, CHAMPION, "parse", {"champion": "ok", "candidate": "error"}),
        (CHAMPION, EMPTY, CHAMPION, "short", {"champion": "ok", "candidate": "ok"}),
        (FAILED, CANDIDATE, FAILED, "contract", {"champion": "ok", "candidate": "ok"}),
        (FAILED, FAILED, FAILED, "contract", {"champion": "ok", "candidate": "ok"}),
    ],
)
def test_a_failure_inside_an_answer_of_200_is_found_by_the_contract_alone(
    set_up: Any, champion: Reply, candidate: Reply, served: Reply, reason: str, calls: dict[str, str]
) -> None:
    stage = set_up(slowMilliseconds=60_000)
    stage.answer(champion, candidate)
    answer = stage.router.rank()
    assert (answer.status, answer.body, answer.header(HEADER)) == (200, served.body, None)
    assert stage.router.counts("fallbacks", "reason") == {reason: 1}
    for model, outcome in calls.items():
        wait_until(lambda: stage.router.count("model_calls", model=model, outcome=outcome) == 1, f"{model}: {outcome}")  # noqa: B023 - asked before the loop goes on


def test_an_empty_list_of_the_champion_is_a_list_and_stays_empty(set_up: Any) -> None:
    stage = set_up()
    stage.answer(EMPTY, CANDIDATE)
    answer = stage.router.rank()
    assert answer.json() == {"status": "failed", "items": []}
    assert stage.router.counts("fallbacks", "reason") == {}


def test_while_the_champion_is_down_units_outside_get_its_error_and_units_inside_the_candidates_list(
    set_up: Any,
) -> None:
    stage = set_up(percent=50)
    stage.champion.stop()
    inside, outside = (next(unit for unit in UNITS if is_inside(stage, unit) is wanted) for wanted in (True, False))
    answers = [stage.router.rank(unit) for unit in (inside, outside)]
    assert [answer.status for answer in answers] == [200, 502]
    assert answers[0].body == CANDIDATE.body
    assert answers[0].header(HEADER) is None, "no token, so no vote"
    assert stage.router.counts("slots", "team") == {}


UNITS = [f"unit {number}" for number in range(40)]


def is_inside(stage: Stage, unit: str) -> bool:
    """Whether a unit's requests are interleaved, as its answer shows while the champion is down."""
    stage.answer(candidate=CANDIDATE)
    return stage.router.rank(unit).status == 200
