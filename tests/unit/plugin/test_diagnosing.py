"""Each line of a diagnosis: what is well, what is not, and what to do about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from interleaver.api import names
from interleaver.plugin.diagnosing.line import Line
from interleaver.plugin.diagnosing.of_clock import check_clock
from interleaver.plugin.diagnosing.of_operator import RIGHTS, Right, check_deployments, check_lease, check_rights
from interleaver.plugin.diagnosing.of_routers import ADVICE, Router, check_routers
from interleaver.plugin.diagnosing.of_status import check_status
from interleaver.plugin.diagnosing.of_workload import check_events, check_pods, check_service
from interleaver.plugin.diagnosing.samples import Samples
from interleaver.plugin.reading.document import Told
from interleaver.router.system.counters import Counters
from tests.builders import World, make_running_world
from tests.cluster import ROOT
from tests.unit.health.worlds import make_serving
from tests.unit.plugin.situations import MADE, read

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def levels(lines: Any) -> list[str]:
    return [line.level for line in lines]


def find(lines: Any, level: str) -> str:
    """The words of the one line of that level."""
    (found,) = [line.words for line in lines if line.level == level]
    return str(found)


def test_a_status_without_trouble_is_one_good_line_and_each_trouble_is_a_line() -> None:
    assert levels(check_status(read(make_serving()))) == ["OK"]
    foreign = list(check_status(read(MADE["the Service is somebody else's"][1]())))
    assert {line.topic for line in foreign if line.level == "FAIL"} == {"Ready", "Stalled"}
    assert "was not acted on" in find(check_status(read(World())), "FAIL")


def make_service(told: Told, **changes: Any) -> dict[str, Any]:
    hash_ = told.status["serving"]["hash"]
    labels = {names.LABEL_EXPERIMENT_UID: "u-1"}
    return {"metadata": {"labels": labels}, "spec": {"selector": {names.LABEL_HASH: hash_}}} | changes


def test_the_entry_service_is_there_is_ours_and_leads_to_what_serves() -> None:
    told = read(make_running_world())
    assert check_service(told, make_service(told)).level == "OK"
    assert "there is no Service 'home-feed'" in check_service(told, None).words
    assert "adopt feed" in check_service(told, make_service(told, metadata={})).words
    late = make_service(told, spec={"selector": {names.LABEL_HASH: "0"}})
    assert "does not lead to v41" in check_service(told, late).words


def make_pod(*, ready: bool = True, **container: Any) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    status = {"conditions": conditions, "containerStatuses": [{"name": "model"} | container]}
    return {"metadata": {"name": "feed-1", "labels": {names.LABEL_REVISION: "v41"}}, "status": status}


def test_pods_are_counted_by_revision_and_a_container_that_waits_or_ends_often_is_named_with_its_log() -> None:
    assert list(check_pods([make_pod()])) == [Line("OK", "pods", "1 of 1 pod(s) of v41 are Ready")]
    assert levels(check_pods([])) == ["FAIL"]
    assert levels(check_pods([make_pod(), make_pod(ready=False)])) == ["WARN"]
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}
    words = next(check_pods([make_pod(ready=False, state=waiting)])).words
    assert words == "feed-1/model waits: ImagePullBackOff not found. See kubectl logs feed-1 -c model"
    ended = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
    words = find(check_pods([make_pod(restartCount=4, lastState=ended)]), "WARN")
    assert words.startswith("feed-1/model was restarted 4 times, the last time after OOMKilled (exit code 137).")


def test_only_the_latest_warnings_about_the_experiment_and_its_pods_are_told() -> None:
    told, pod = read(make_running_world()), make_pod()

    def happen(name: str, minutes: int, kind: str = "Warning") -> dict[str, Any]:
        at = (NOW - timedelta(minutes=minutes)).isoformat()
        return {"type": kind, "regarding": {"name": name}, "reason": f"R{minutes}", "note": "words", "eventTime": at}

    events = [happen("feed-1", 10), happen("feed", 5), happen("other", 1), happen("feed", 2, "Normal")]
    assert [line.words for line in check_events(events, told, [pod], NOW)] == [
        "5m ago, feed: R5: words",
        "10m ago, feed-1: R10: words",
    ]
    assert len(list(check_events([happen("feed", 1)] * 50, told, [pod], NOW))) == 8
    assert levels(check_events([], told, [pod], NOW)) == ["OK"]


def make_samples(**counted: float) -> Samples:
    """Metrics as a router writes them, and lines of a test's own."""
    page = Counters(NOW.timestamp()).render()
    return Samples(page + "".join(f"{name} {value}\n" for name, value in counted.items()))


def test_samples_are_read_as_routers_write_them() -> None:
    samples = Samples(
        'a_total{run="r",reason="x\\"y"} 2\na_total{run="r",reason="z"} 3\n# HELP a\nb 1e3\nc{d="0"} NaN\n'
    )
    assert (samples.total("a_total"), samples.total("a_total", reason="z"), samples.total("b")) == (5, 3, 1000)
    assert samples.total("none") is None
    assert samples.by("reason", "a_total") == {'x\\"y': 2, "z": 3}
    assert make_samples().total(names.PROCESS_START.name) == NOW.timestamp()


RUNNING = read(make_running_world())


def test_routers_that_cannot_be_read_or_are_not_ready_are_told() -> None:
    silent, unready = Router("a", None, "HTTP status 500"), Router("b", make_samples(), unready="no model")
    lines = list(check_routers(RUNNING, [silent, unready]))
    assert levels(lines)[:3] == ["FAIL", "FAIL", "OK"]
    assert lines[0].words.startswith("a does not show its metrics: HTTP status 500. The operator has to reach")
    assert lines[1].words == "b is not ready: no model"
    assert list(check_routers(RUNNING, [])) == []


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("interleaver_store_up 1\ninterleaver_store_buffered 0\n", "OK", "all of 1 router(s) reach it"),
        ("interleaver_store_up 0\ninterleaver_store_buffered 7\n", "FAIL", "a cannot reach the vote store; 7 event(s)"),
        ("interleaver_store_up 1\ninterleaver_store_refuses 1\n", "FAIL", "the store refuses what a ask"),
        ("", "OK", "kept in the memory of the one router"),
    ],
)
def test_the_store_is_as_the_routers_see_it(text: str, level: str, words: str) -> None:
    (line,) = [line for line in check_routers(RUNNING, [Router("a", Samples(text))]) if line.topic == "store"]
    assert line.level == level
    assert words in line.words


@pytest.mark.parametrize("reason", names.FALLBACK_REASONS)
def test_live_answers_without_a_ranking_say_what_to_do(reason: str) -> None:
    def check(fallen: int) -> Line:
        text = 'interleaver_requests_total{run="r",arm="interleaved",outcome="ok"} 90\n'
        text += f'interleaver_fallbacks_total{{run="r",reason="{reason}"}} {fallen}\n'
        (line,) = [one for one in check_routers(RUNNING, [Router("a", Samples(text))]) if one.topic == "contract"]
        return line

    assert check(10) == Line(
        "FAIL", "contract", f"90 live answers were merged, 10 requests fell back (10 {reason}): {ADVICE[reason]}"
    )
    assert check(1).level == "OK"


def test_configurations_that_differ_or_are_refused_and_models_that_are_not_reached_are_told() -> None:
    first = Samples('interleaver_config_generation 3\ninterleaver_breaker{state="open"} 1\n')
    second = Samples("interleaver_config_generation 4\ninterleaver_config_rejected_total 1\n")
    third = Samples('interleaver_own_model_reached{address="pod"} 0\ninterleaver_config_generation 4\n')
    lines = list(check_routers(RUNNING, [Router("a", first), Router("b", second), Router("c", third)]))
    said = " ".join(line.words for line in lines)
    for words in (
        "a has 3, b has 4",
        "b has refused a configuration",
        "a leave the candidate alone",
        "c never reached",
    ):
        assert words in said


def make_lease(seconds: float, holder: str | None = "operator-1") -> dict[str, Any]:
    return {"spec": {"holderIdentity": holder, "renewTime": (NOW - timedelta(seconds=seconds)).isoformat()}}


def test_an_operator_works_that_holds_its_lease_and_has_renewed_it() -> None:
    assert check_lease(make_lease(3), NOW).words == "operator-1 works, and said so 3 s ago"
    assert "has not renewed the Lease for 90 s" in check_lease(make_lease(90), NOW).words
    assert check_lease(make_lease(3, None), NOW).level == "FAIL"
    assert check_lease({}, NOW).level == "FAIL"


def test_operators_are_told_with_image_and_pods() -> None:
    template = {"spec": {"containers": [{"image": "operator:1"}]}}
    one = {"metadata": {"namespace": "system", "name": "operator"}, "spec": {"replicas": 2, "template": template}}
    down, up = check_deployments([one, one | {"status": {"readyReplicas": 1}}])
    assert down.level == "FAIL"
    assert down.words.endswith("kubectl logs -n system deployment/operator")
    assert up == Line("OK", "operator", "system/operator has 1 of 2 pod(s) Ready, image operator:1")
    assert levels(check_deployments([])) == ["WARN"]


def test_a_right_that_is_missing_is_named() -> None:
    assert check_rights("op", []).level == "OK"
    assert "op may not patch deployments.apps here" in check_rights("op", [Right("patch", "apps", "deployments")]).words


def test_the_installation_grants_every_right_that_is_asked_for() -> None:
    documents = yaml.safe_load_all((ROOT / "deploy/operator.yaml").read_text())
    rules = [rule for one in documents if one["kind"] == "ClusterRole" for rule in one["rules"]]
    granted = {
        (verb, group, resource)
        for rule in rules
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert set(RIGHTS) - granted == set()


@pytest.mark.parametrize(
    ("date", "level", "words"),
    [
        ("Sun, 22 Nov 2026 12:00:02 GMT", "OK", "within 5 s"),
        ("Sun, 22 Nov 2026 12:01:30 GMT", "WARN", "is 90 s ahead of this machine's"),
        ("Sun, 22 Nov 2026 11:59:00 GMT", "WARN", "is 60 s behind this machine's"),
        (None, "WARN", "tells no time"),
        ("noon", "WARN", "tells no time"),
    ],
)
def test_clocks_that_differ_are_told(date: str | None, level: str, words: str) -> None:
    line = check_clock(date, NOW, "the API server")
    assert (line.level, words in line.words) == (level, True)
