"""Gates over a whole visit: the operator dies at any request, and no gate is begun twice or left out."""

from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.gateway import ClusterError
from tests.builders import make_source
from tests.unit.controller.operators import FakeOperator, make_resource
from tests.unit.experiment.gates.test_passing import make_gates

VISITS = 26


def begin(ends: str) -> FakeOperator:
    """An operator with an experiment of two gates, of which the second ends so."""
    operator = FakeOperator(may_run_gates=True)
    candidate = make_source("v42") | {"gates": make_gates("tests", ends)}
    operator.cluster.put(make_resource(candidate=candidate))
    return operator


def live_on(operator: FakeOperator) -> None:
    """A visit; a process that dies at it is replaced. A Job takes until the visit after the next."""
    running = [job for job in operator.cluster.of_kind("Job") if "status" not in job]
    try:
        operator.visit()
    except ClusterError:
        operator.restart()
        operator.visit()
    operator.cluster.run_pods()
    operator.cluster.clock.pass_by(1.0)
    for job in running:
        if operator.cluster.find("Job", job["metadata"]["name"]):
            fails = job["metadata"]["labels"][names.LABEL_GATE] == "fails"
            operator.cluster.end_job(job["metadata"]["name"], "Failed" if fails else "Complete", 3 * fails)


def run_to_the_end(ends: str) -> list[FakeOperator]:
    past = [begin(ends)]
    for _ in range(VISITS):
        operator = past[-1].branch()
        live_on(operator)
        past.append(operator)
    return past


def sum_up(operator: FakeOperator) -> dict[str, Any]:
    """All that must not depend on a crash."""
    status, created = operator.status, [name for verb, kind, name in operator.cluster.requests if kind == "Job"]
    run = status.get("run") or {}
    jobs = operator.cluster.of_kind("Job")
    return {
        "verdict": (status.get("decision") or {}).get("reason"),
        "run": (run.get("stage"), [(gate["name"], gate["state"]) for gate in run.get("gates", [])]),
        "jobs": sorted(job["metadata"]["labels"][names.LABEL_GATE] for job in jobs),
        "names": len(set(created) & {job["metadata"]["name"] for job in jobs}),
        "serving": status["serving"]["revision"],
    }


PAST = {ends: run_to_the_end(ends) for ends in ("load", "fails")}


def list_moments(ends: str) -> list[int]:
    """Before each request that is about gates, and before the first after it."""
    requests = PAST[ends][-1].cluster.requests
    about = ("Job", "Log", names.KIND)
    found = {n for n, (verb, kind, _) in enumerate(requests, start=1) if kind in about and verb != "list"}
    return sorted({moment for number in found for moment in (number, number + 1) if moment <= len(requests)})[::4]


def test_undisturbed_gates_are_passed_and_the_run_goes_on() -> None:
    found = sum_up(PAST["load"][-1])
    assert found["run"] == ("Running", [("tests", "Passed"), ("load", "Passed")])
    logs = {gate["log"] for gate in PAST["load"][-1].status["run"]["gates"]}
    assert logs == {"the last words of tests"}
    assert found["jobs"] == ["load", "tests"]


def test_undisturbed_a_gate_that_fails_rolls_back() -> None:
    operator = PAST["fails"][-1]
    found = sum_up(operator)
    assert (found["verdict"], found["run"], found["serving"]) == ("GateFailed", (None, []), "v41")
    assert "container tests ended with exit code 3 (Error)" in operator.status["decision"]["message"]
    assert not any("v42" in str(live) for live in operator.cluster.of_kind("Deployment"))


@pytest.mark.parametrize(("ends", "moment"), [(ends, moment) for ends in PAST for moment in list_moments(ends)])
def test_a_process_that_dies_at_any_request_neither_repeats_nor_skips_a_gate(ends: str, moment: int) -> None:
    past = PAST[ends]
    visits = sum(len(operator.cluster.requests) < moment for operator in past) - 1
    operator = past[visits].branch()
    operator.cluster.failures[moment] = ClusterError(0, "killed")
    for _ in range(visits, VISITS + 1):
        live_on(operator)
    assert not operator.cluster.failures, "it did die"
    assert sum_up(operator) == sum_up(past[-1])
    made = [name for verb, kind, name in operator.cluster.requests if (verb, kind) == ("create", "Job")]
    assert len(made) <= 3, "one of them may have been asked for twice, by the process that died before it was made"


def make_at_gate() -> tuple[FakeOperator, str]:
    operator = begin("load")
    for _ in range(12):
        operator.visit()
        operator.cluster.run_pods()
        operator.cluster.clock.pass_by(1.0)
    assert operator.status["run"]["gates"][0]["state"] == "Running"
    return operator, operator.status["run"]["gates"][0]["job"]


def test_a_job_that_is_deleted_by_hand_is_not_made_again() -> None:
    operator, job = make_at_gate()
    del operator.cluster.objects["Job", "shop", job]
    operator.live_on(1)
    assert operator.status["decision"]["reason"] == "GateFailed"
    operator.live_on(8)
    assert operator.cluster.of_kind("Job") == []


def test_an_abort_ends_the_job_that_goes_on() -> None:
    operator, job = make_at_gate()
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    live["metadata"]["annotations"] = {names.ANNOTATION_ABORT: operator.status["run"]["id"]}
    operator.live_on(2)
    assert operator.cluster.find("Job", job) is None


def test_somebody_elses_job_of_that_name_fails_the_gate_and_is_left_alone() -> None:
    operator, job = make_at_gate()
    live = operator.cluster.find("Job", job)
    assert live is not None
    live["metadata"]["ownerReferences"] = []
    operator.live_on(3)
    assert "was made by somebody else" in operator.status["decision"]["message"]
    assert operator.cluster.find("Job", job) is not None


def test_a_job_that_is_denied_is_told_and_tried_again() -> None:
    operator = FakeOperator(may_run_gates=True)
    operator.cluster.put(make_resource(candidate=make_source("v42") | {"gates": make_gates("tests")}))
    while not operator.status.get("run"):
        operator.live_on(1)
    operator.cluster.denied["Job"] = ClusterError(403, "exceeded quota: few, requested: count/jobs.batch=1")
    operator.live_on(5)
    told = {one["type"]: one["message"] for one in operator.status["conditions"]}
    assert "exceeded quota" in told["LabPassed"]
    assert "exceeded quota" in told["Stalled"]
    operator.cluster.denied.clear()
    operator.live_on(3)
    assert operator.status["run"]["gates"][0]["state"] == "Running"


def test_a_job_that_would_be_denied_is_told_before_any_pod_of_the_candidate_is_made() -> None:
    operator = FakeOperator(may_run_gates=True)
    operator.cluster.denied["Job"] = ClusterError(422, "spec.template.spec.containers[0].image: Required value")
    operator.cluster.put(make_resource(candidate=make_source("v42") | {"gates": make_gates("tests")}))
    operator.live_on(8)
    told = {one["type"]: one["message"] for one in operator.status["conditions"]}
    assert "'tests' was refused: spec.template.spec.containers[0].image: Required value" in told["Stalled"]
    assert not operator.status.get("run")
    operator.cluster.denied.clear()
    operator.cluster.clock.pass_by(61)
    operator.live_on(3)
    assert operator.status["run"]["gates"]
