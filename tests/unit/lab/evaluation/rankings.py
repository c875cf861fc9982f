"""Suites and answers of rankings made of plain dictionaries."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.terms.figure import WHOLE, Figure, Slice
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.lists import gather
from tests.unit.lab.builders import make_suite

Run = Mapping[str, Sequence[str]]


def judge(
    grades: Mapping[str, Mapping[str, float]],
    attributes: Mapping[str, Sequence[str | None]] | None = None,
    units: Sequence[str] | None = None,
    **changes: Any,
) -> Suite:
    """A suite of these queries, with one unit each unless said otherwise; those without grades are not judged."""
    base = make_suite(len(grades))
    names = list(units or grades)
    cases = replace(
        base.cases,
        ids=list(grades),
        units=np.array([sorted(set(names)).index(name) for name in names], dtype=np.int64),
        unit_names=sorted(set(names)),
        sources=label(["production"] * len(grades)),
        attributes={name: label(values) for name, values in (attributes or {}).items()},
        weights=changes.pop("weights", None),
    )
    items = sorted({item for given in grades.values() for item in given})
    lists = gather([items.index(item) for item in given] for given in grades.values())
    gains = np.array([gain for given in grades.values() for gain in given.values()], dtype=np.float64)
    return replace(base, cases=cases, judgments=Judgments(lists, gains, tuple(items)), items=None, **changes)


def answer(suite: Suite, run: Run, model: str = "http://model", **changes: Any) -> Answers:
    """Answers with these lists; a query without one was refused."""
    states = np.array([State.ANSWERED if query in run else State.REFUSED for query in suite.cases.ids], dtype=np.int8)
    answers = Answers(
        model=model,
        states=states,
        milliseconds=np.where(states == State.ANSWERED, 10.0, np.nan),
        sizes=np.where(states == State.ANSWERED, 100, 0),
        words=["" if query in run else "status 404" for query in suite.cases.ids],
        rankings=[tuple(run.get(query, ())) for query in suite.cases.ids],
        scores=None,
        digest=hashlib.sha256(repr(run).encode()).hexdigest(),
    )
    return replace(answers, **changes)


def find(evaluation: Evaluation, metric: str, cut: Slice = WHOLE, trial: int = 0) -> Figure:
    """The one figure of a metric on a slice."""
    (found,) = (figure for figure in evaluation.trials[trial].figures if (figure.metric, figure.slice) == (metric, cut))
    return found
