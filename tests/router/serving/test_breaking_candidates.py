"""A candidate that fails costs requests little, and soon nothing: its breaker, over real sockets."""

import time
from typing import Any

import pytest

from interleaver.experiment.counting.exposition import read_metrics
from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Reply
from tests.router.programs import wait_until

HANG = 3600.0  # seconds: longer than any test
BAD = Reply(b"{}", status="500 Broken")
CANDIDATE = answer_items("b", "d", "a", by="candidate")


def rank(stage: Stage, times: int) -> None:
    """Requests that all get the champion's list or a merged one."""
    for number in range(times):
        answer = stage.router.rank(f"unit {number}")
        assert answer.status == 200
        assert answer.json()["by"] == "champion"


def find_state(stage: Stage) -> str:
    """The state that the breaker shows."""
    shown = {dict(key)["state"]: value for key, value in stage.router.metrics()["interleaver_breaker"].items()}
    assert sorted(shown.values()) == [0, 0, 1]
    return max(shown, key=lambda state: shown[state])


def find_opened(stage: Stage) -> float:
    return stage.router.sample("interleaver_breaker_opened_total") - stage.router.baseline[
        "interleaver_breaker_opened_total"
    ].get((), 0)


def list_events(stage: Stage, name: str) -> list[dict[str, Any]]:
    """The log's lines of one event in this run."""
    return [event for event in stage.router.events() if event["event"] == name and event.get("run") == stage.router.run]


def fail_five_times(stage: Stage) -> None:
    """Open the breaker. Its first probe goes a second later at the earliest."""
    stage.answer(candidate=BAD)
    rank(stage, 5)


def recover(stage: Stage) -> None:
    """Ask until a probe has gone well."""
    stage.answer(candidate=CANDIDATE)
    wait_until(lambda: stage.router.rank().header("X-Interleaver-Impression"), "a probe goes well")


def test_requests_at_which_both_models_fail_do_not_speak_against_the_candidate(set_up: Any) -> None:
    stage = set_up()
    stage.answer(BAD, BAD)
    for number in range(25):
        assert stage.router.rank(f"unit {number}").status == 500
    assert find_state(stage) == "closed", "one client that sends what no model can answer must not end a run"
    assert find_opened(stage) == 0
    stage.answer(answer_items("a", "b", "c", by="champion"))
    fail_five_times(stage)
    assert find_state(stage) == "open", "but what the champion can answer, the candidate should"
    recover(stage)


def test_a_candidate_that_hangs_costs_five_deadlines_and_then_nothing(set_up: Any) -> None:
    stage = set_up(timeouts={"championMilliseconds": 5000, "candidateMilliseconds": 300})
    stage.answer(candidate=Reply(delay=HANG))
    rank(stage, 60)
    reasons = stage.router.counts("fallbacks", "reason")
    assert reasons["timeout"] + reasons["breaker"] == 60
    # Five open it; then a second passes before the first probe, two before the next, and so on. All others, and so the
    # median request, wait for nobody but the champion.
    assert 5 <= reasons["timeout"] <= 12
    assert stage.router.counts("requests", "outcome") == {"fallback": 60}
    calls = {outcome: number for outcome, number in count_calls(stage).items() if number}
    assert calls == {"timeout": reasons["timeout"]}, "a call that the breaker left out is no call"
    assert len(stage.candidate.seen) == reasons["timeout"]
    assert find_opened(stage) == 1


def count_calls(stage: Stage) -> dict[str, float]:
    return {
        outcome: stage.router.count("model_calls", model="candidate", outcome=outcome)
        for outcome in ("ok", "slow", "error", "timeout")
    }


@pytest.mark.parametrize(
    ("candidate", "kind"),
    [
        (BAD, "status"),
        (Reply(raw=b"nonsense\r\n\r\n", close=True), "garbled"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", close=True), "closed"),
        (None, "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_counts_as_a_failure(set_up: Any, candidate: Reply | None, kind: str) -> None:
    stage = set_up()
    stage.answer(candidate=candidate)
    if candidate is None:
        stage.candidate.stop()
    rank(stage, 12)
    assert find_state(stage) != "closed"
    assert stage.router.counts("fallbacks", "reason")["breaker"] >= 1
    failed = [event for event in stage.router.events() if event["event"] == "candidate-failed"]
    assert kind in {event["kind"] for event in failed}


@pytest.mark.parametrize(
    "candidate",
    [Reply(b"{}", status="404 Not Found"), Reply(b"{}"), answer_items("a")],
    ids=["4xx", "no list", "short"],
)
def test_what_does_not_count_as_a_failure(set_up: Any, candidate: Reply) -> None:
    stage = set_up()
    stage.answer(candidate=candidate)
    rank(stage, 25)
    assert find_state(stage) == "closed"
    assert "breaker" not in stage.router.counts("fallbacks", "reason")


def test_it_closes_when_a_probe_goes_well_and_requests_are_compared_again(set_up: Any) -> None:
    stage = set_up()
    fail_five_times(stage)
    assert find_state(stage) == "open"
    recover(stage)
    assert find_state(stage) == "closed"
    stage.router.baseline = stage.router.metrics()
    rank(stage, 5)
    assert stage.router.counts("requests", "outcome") == {"ok": 5}


def test_its_moves_are_in_the_log(set_up: Any) -> None:
    stage = set_up()
    fail_five_times(stage)
    recover(stage)
    opened, closed = list_events(stage, "breaker-opened"), list_events(stage, "breaker-closed")
    assert [(event["candidate"], event["next_probe_seconds"]) for event in opened] == [("v2", 1.0)]
    assert [event["candidate"] for event in closed] == ["v2"]


def test_a_late_answer_counts_as_one_failure_and_does_not_close_it(set_up: Any) -> None:
    """The answers arrive while the breaker is open; the connections that brought them are kept."""
    stage = set_up(timeouts={"championMilliseconds": 5000, "candidateMilliseconds": 20})
    stage.candidate.answer = lambda seen: answer_items("b", "d", "a", by="candidate")
    slow = Reply(CANDIDATE.body, delay=0.3)
    stage.answer(candidate=slow)
    before = stage.router.sample("interleaver_upstream_connections", model="candidate", state="busy")
    rank(stage, 5)
    assert find_state(stage) == "open"
    assert count_calls(stage)["timeout"] == 5
    wait_until(
        lambda: stage.router.sample("interleaver_upstream_connections", model="candidate", state="busy") <= before,
        "the late answers are read to their ends",
    )
    assert find_state(stage) in ("open", "half-open")
    assert count_calls(stage) == {"ok": 0, "slow": 0, "error": 0, "timeout": 5}


def test_another_run_begins_with_a_closed_breaker_and_a_step_up_does_not(set_up: Any) -> None:
    stage = set_up()
    fail_five_times(stage)
    stage.configure(percent=99)
    assert find_state(stage) != "closed"
    stage.router.run += "-again"
    stage.configure()
    assert find_state(stage) == "closed"


def test_a_candidate_at_another_address_begins_with_a_closed_breaker(set_up: Any) -> None:
    stage = set_up()
    fail_five_times(stage)
    other = {"revision": "v2", "hash": "bbbbbb", "url": stage.candidate.url.replace("127.0.0.1", "127.0.0.2")}
    stage.configure(candidate=other)
    assert find_state(stage) == "closed"


def test_the_champion_has_none(set_up: Any) -> None:
    stage = set_up()
    stage.answer(champion=BAD)
    for _ in range(25):
        assert stage.router.rank().json()["by"] == "candidate"
    assert find_state(stage) == "closed"
    assert stage.router.count("model_calls", model="champion", outcome="error") == 25


def test_when_the_champion_fails_while_the_breaker_is_open_its_own_error_is_served(set_up: Any) -> None:
    stage = set_up()
    fail_five_times(stage)
    stage.answer(champion=Reply(b"{}", status="503 Busy"))
    assert stage.router.rank().status == 503


def test_failures_are_logged_at_once_and_then_a_line_a_second_with_how_many_there_were(make_stage: Any) -> None:
    stage = make_stage().start()
    stage.answer(champion=BAD, candidate=Reply(b"{}", status="404 Not Found"))

    def list_failures() -> list[dict[str, Any]]:
        return [event for event in stage.router.events() if event["event"] == "champion-failed"]

    began = time.monotonic()
    for _ in range(30):
        assert stage.router.rank().status == 500
    wait_until(lambda: sum(1 + event["suppressed"] for event in list_failures()) == 30, "every failure is counted")
    seconds = time.monotonic() - began
    assert 1 <= len(list_failures()) <= seconds + 2
    assert list_failures()[0] | {"time": 0, "suppressed": 0} == {
        "time": 0, "event": "champion-failed", "kind": "status", "suppressed": 0, "revision": "v1", "status": 500,
        **stage.name_subject(),
    }  # fmt: skip


def test_the_operator_reads_the_breaker(set_up: Any) -> None:
    stage = set_up()
    fail_five_times(stage)
    scrape = read_metrics(stage.router.admin("GET", "/metrics").body.decode(), stage.router.run)
    assert scrape.counts["calls.candidate.error"] == 5
