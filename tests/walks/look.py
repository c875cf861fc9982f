"""The walk of one look: a visit of an experiment in the middle of its ramp, over a cluster in memory."""

from collections import Counter
from typing import Any, Final

from interleaver.api.experiment import Experiment
from interleaver.api.observed import Observed
from interleaver.api.status import Run, Status
from interleaver.experiment.view import View
from tests.unit.controller.operators import FakeOperator, make_running

from .trace import Call, Walk, forget, trace

INTERVAL: Final = 40.0  # seconds, above spec.metrics.interval: a look is due
GUARDRAILS: Final = [
    {"name": "errors", "metric": "ErrorRatio", "max": "0.02"},
    {"name": "latency", "metric": "LatencyP99", "max": "250ms"},
]  # and the one on fallbacks, which is always there
VERSIONED: Final = (Run, Status, View, Experiment, Observed)  # of which a look has one, in several versions


def walk_look() -> Walk:
    """The walk of the second look of a run: votes came, and the ramp holds."""
    operator = make_running(guardrails=GUARDRAILS)
    look(operator, win=40, tie=20, loss=30)
    forget()
    with trace() as calls:
        look(operator, win=120, tie=30, loss=80)
    return Walk(tuple(calls))


def look(operator: FakeOperator, **votes: int) -> None:
    """A visit at which a look is due and finds so many votes."""
    operator.routers.votes = votes
    operator.cluster.clock.pass_by(INTERVAL)
    assert operator.visit().result == "written"


def count_repeats(walk: Walk) -> Counter[str]:
    """The functions of the core that were asked about the run more often than once with the same other arguments.

    How often each was asked again. A look has one run: that one version of it differs from another, as it does after
    the ramp, makes the answers no others.
    """
    asked: list[tuple[str, tuple[Any, ...]]] = []
    repeats: Counter[str] = Counter()
    for call in filter(is_about_the_run, walk.calls):
        question = (f"{call.file} {call.function}", tuple(map(leave_version, call.arguments)))
        repeats[question[0]] += question in asked
        asked.append(question)
    return +repeats


def is_about_the_run(call: Call) -> bool:
    """Whether the core was asked about a run or a status, by a function with a name."""
    is_named = "<" not in call.function
    return is_named and call.file.startswith("experiment/") and any(isinstance(a, Run | Status) for a in call.arguments)


def leave_version(argument: Any) -> Any:
    """An argument as what it stands for: the run, whichever version of it."""
    return type(argument) if isinstance(argument, VERSIONED) else argument
