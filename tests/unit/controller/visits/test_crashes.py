"""The operator dies at any request, and its successor ends where it would have ended."""

from typing import Any

import pytest

from interleaver.controller.cluster.gateway import ClusterError
from tests.unit.controller.operators import FakeOperator, make_resource

VISITS = 34
SECONDS = 900.0  # between visits once the run is going on


def begin() -> FakeOperator:
    """An operator with an experiment that it has not seen yet."""
    operator = FakeOperator()
    operator.cluster.put(make_resource())
    return operator


def live_on(operator: FakeOperator, number: int) -> None:
    """A run's visit of that number, with a better candidate; a process that dies at it is replaced."""
    run = operator.status.get("run", {})
    if run.get("stage") == "Running" and run.get("percent"):
        operator.routers.votes = {"win": 600, "tie": 200, "loss": 300}
    try:
        operator.visit()
    except ClusterError:
        operator.restart()
        operator.visit()
    operator.cluster.run_pods()
    operator.cluster.clock.pass_by(1.0 if number < 8 else SECONDS)


def run_to_the_end() -> list[FakeOperator]:
    """A whole run, as it stood before each visit and at its end."""
    past = [begin()]
    for number in range(VISITS):
        operator = past[-1].branch()
        live_on(operator, number)
        past.append(operator)
    return past


def die_at(moment: int) -> FakeOperator:
    """The same run to its end, but the process dies before its request of that number."""
    visits = sum(len(operator.cluster.requests) < moment for operator in PAST) - 1  # that had ended by then
    operator = PAST[visits].branch()
    operator.cluster.failures[moment] = ClusterError(0, "killed")
    for number in range(visits, VISITS):
        live_on(operator, number)
    assert not operator.cluster.failures, "it did die"
    return operator


def summary(operator: FakeOperator) -> dict[str, Any]:
    """All that must not depend on a crash: no times, no names that hold one, no numbers of attempts."""
    status = operator.status
    past = status["history"][0]
    names = sorted((kind, name) for kind, _, name in operator.cluster.objects if kind != "Event")
    return {
        "serving": status["serving"]["revision"],
        "former": status["serving"].get("former"),
        "run": status.get("run"),
        "verdict": (status["decision"]["verdict"], status["concluded"]["candidate"]),
        "tally": past["tally"],
        "runs": len(status["history"]),
        "objects": [(kind, name.replace(past["runId"], "RUN")) for kind, name in names],
        "entry": operator.cluster.find("Service", "home-feed")["spec"]["selector"],  # type: ignore[index]
    }


PAST = run_to_the_end()
UNDISTURBED = PAST[-1]
REQUESTS = UNDISTURBED.cluster.requests
# The key Secret is tried again and again, and an event says nothing that the status does not.
UNTOLD = ("Secret", "Event")
WRITES = [
    number
    for number, (verb, kind, _) in enumerate(REQUESTS, start=1)
    if verb not in ("get", "list", "dry-run") and kind not in UNTOLD
]
# Before a write, and before the first request after it: the write was done, and nobody remembers. Every third moment,
# for one takes a quarter of a second; the pattern of writes repeats, so each sort of moment is among them.
MOMENTS = sorted({moment for write in WRITES for moment in (write, write + 1)})[::3]


def test_the_undisturbed_run_promotes_and_removes_the_loser() -> None:
    found = summary(UNDISTURBED)
    assert found["serving"] == "v42"
    assert found["verdict"] == ("Promote", "v42")
    assert found["tally"] == {"wins": 600, "ties": 200, "losses": 300}
    assert found["run"] is None
    assert [kind for kind, _ in found["objects"]].count("Deployment") == 1


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_dies_at_any_write_is_replaced_without_a_trace(moment: int) -> None:
    assert summary(die_at(moment)) == summary(UNDISTURBED)
