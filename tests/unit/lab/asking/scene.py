"""Small suites to ask about."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.asking.answers import State
from interleaver.lab.asking.outcome import Outcome
from interleaver.lab.asking.reading.content import Content
from interleaver.lab.suites.suite import Cases, Request, ScoringContract, Suite
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.metric import Task

RANKING: dict[str, Any] = {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"}
SCORING = ScoringContract("/score", "/input", "/score")


def make_cases(count: int, bodies: Sequence[bytes] | None = None, headers: Mapping[str, str] | None = None) -> Cases:
    """So many cases, each of a unit of its own."""
    names = [f"u{row}" for row in range(count)]
    made = bodies or [json.dumps({"user": row}).encode() for row in range(count)]
    return Cases(
        ids=[f"q{row}" for row in range(count)],
        units=np.arange(count),
        unit_names=names,
        sources=label(["production"] * count),
        attributes={},
        requests=[Request(body, headers or {}) for body in made],
    )


def make_suite(
    count: int = 3, task: Task = Task.RANKING, digest: str = "d" * 64, cases: Cases | None = None, **contract: Any
) -> Suite:
    """A suite of one of the two tasks. `contract` are fields of the ranking one that differ."""
    ranking = Contract.model_validate(RANKING | contract)
    return Suite(
        folder=Path("suite"),
        name="small",
        task=task,
        contract=ranking if task is Task.RANKING else SCORING,
        cases=cases or make_cases(count),
        digest=digest,
    )


def make_ranked(*ids: str, **fields: Any) -> Outcome:
    """A case that was answered with these ids in JSON spelling."""
    return Outcome(State.ANSWERED, milliseconds=1.5, size=10, content=Content(ranking=ids), **fields)


def make_scored(score: float) -> Outcome:
    """A case that was answered with a score."""
    return Outcome(State.ANSWERED, milliseconds=1.5, size=10, content=Content(score=score))


FAILED = Outcome(State.FAILED, "status 503 Service Unavailable", retries=3)
REFUSED = Outcome(State.REFUSED, "status 422 Unprocessable Entity", 2.0, 7)
UNREADABLE = Outcome(State.UNREADABLE, "no list", 2.0, 7)
