"""Scoring suites and answers out of a few arrays."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.suites.suite import Cases, ScoringContract, Suite
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.metric import Task


def make_suite(
    labels: ArrayLike,
    *,
    units: ArrayLike | None = None,
    attributes: Mapping[str, Sequence[str | None]] | None = None,
    attacks: Sequence[str | None] | None = None,
    weights: ArrayLike | None = None,
    threshold: float | None = None,
) -> Suite:
    """A suite of samples that are called s0, s1 and so on, each a unit of its own unless `units` has codes."""
    known = np.asarray(labels, dtype=np.int8)
    codes = np.arange(len(known)) if units is None else np.asarray(units)
    cases = Cases(
        ids=[f"s{row}" for row in range(len(known))],
        units=codes.astype(np.int64),
        unit_names=[f"u{code}" for code in range(int(codes.max(initial=-1)) + 1)],
        sources=label(["benchmark"] * len(known)),
        attributes={name: label(values) for name, values in (attributes or {}).items()},
        requests=[],
        labels=known,
        attacks=None if attacks is None else label(attacks),
        weights=None if weights is None else np.asarray(weights, dtype=np.float64),
    )
    contract = ScoringContract("/score", "/input", "/score")
    return Suite(Path("suite"), "ours", Task.SCORING, contract, cases, "digest", threshold=threshold)


def make_answers(scores: ArrayLike, states: Sequence[State] | None = None, model: str = "http://model") -> Answers:
    """Answers with these scores; all are answered unless `states` says otherwise."""
    given = np.asarray(scores, dtype=np.float64)
    known = np.array([State.ANSWERED] * len(given) if states is None else states, dtype=np.int8)
    answered = np.equal(known, State.ANSWERED)
    return Answers(
        model=model,
        states=known,
        milliseconds=np.where(answered, 1.0, np.nan),
        sizes=np.where(answered, 10, 0).astype(np.int64),
        words=[""] * len(given),
        rankings=None,
        scores=np.where(answered, given, np.nan),
        digest=sha256(given.tobytes() + known.tobytes()).hexdigest(),
    )
