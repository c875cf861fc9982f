"""Figures of scores that contradict each other are found."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.measures import score_identities
from interleaver.lab.measures.identities import ViolatedIdentity, hold
from interleaver.lab.measures.rates import Counts, count
from interleaver.lab.measures.score_identities import check_identities
from interleaver.lab.measures.score_sheet import Scored

from .classifier import score_tumours


def score(labels: list[int], scores: list[float], weights: list[float] | None = None) -> Scored:
    ones = np.ones(len(labels)) if weights is None else np.array(weights, dtype=float)
    return Scored(np.array(labels, dtype=np.int8), np.array(scores, dtype=float), ones)


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0, np.inf]), st.integers(0, 3)),
        max_size=20,
    ),
    st.sampled_from([-1.0, 0.5, 3.0]),
)
def test_all_identities_hold_whatever_the_data(samples: list[tuple[int, float, int]], threshold: float) -> None:
    labels, scores, weights = ([sample[k] for sample in samples] for k in range(3))
    check_identities(score([int(one) for one in labels], list(scores), list(weights)), threshold)


def measured(**wrong: float) -> Any:
    """A curve's figures of which one is wrong for scores that are not turned."""
    right = score_identities.measure_once

    def measure(model: Scored) -> tuple[float, float, float]:
        auc, precision, error = right(model)
        forward = model.scores.max() > 0
        return auc + wrong.get("auc", 0) * forward, precision, error + wrong.get("error", 0) * forward

    return measure


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"auc": 0.01}, "AUC of negated scores = 1 - AUC"), ({"error": 0.01}, "EER of negated scores and turned labels")],
    ids=["area", "error"],
)
def test_a_wrong_curve_stops_the_run(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, float], said: str) -> None:
    data = score_tumours()
    monkeypatch.setattr(score_identities, "measure_once", measured(**wrong))
    with pytest.raises(ViolatedIdentity, match=said):
        check_identities(Scored(data.labels, data.scores, np.ones(len(data.labels))), 0.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hits": 1.0, "misses": -1.0}, "true positives at the threshold = those of the curve"),
        ({"alarms": 1.0, "passes": -1.0}, "false positives at the threshold = those of the curve"),
        ({"passes": 1.0}, "counts add up"),
    ],
    ids=["hits", "alarms", "sum"],
)
def test_wrong_counts_stop_the_run(monkeypatch: pytest.MonkeyPatch, change: dict[str, float], said: str) -> None:
    def miscount(columns: Any) -> Counts:
        right = count(columns)
        return replace(right, **{name: getattr(right, name) + added for name, added in change.items()})

    monkeypatch.setattr(score_identities, "count", miscount)
    data = score_tumours()
    with pytest.raises(ViolatedIdentity, match=said):
        check_identities(Scored(data.labels, data.scores, np.ones(len(data.labels))), 0.5)


def test_what_neither_side_measured_is_no_contradiction() -> None:
    hold("nothing", np.nan, np.nan)
    with pytest.raises(ViolatedIdentity, match=r"half does not hold: nan against 0\.5"):
        hold("half", np.nan, 0.5)
