"""Presentation attacks by kind."""

import numpy as np
import pytest

from interleaver.lab.measures.attacks import error_rates, find_presentations, mark_errors, worst
from interleaver.lab.terms.labels import Labels, label

# Four genuine presentations, three prints, two masks, and someone else's own face.
KINDS = label([None] * 4 + ["print"] * 3 + ["mask"] * 2 + [None])
GENUINE = np.array([1] * 4 + [0] * 6, dtype=np.int8)
ACCEPTED = np.array([True, True, True, False, True, False, False, False, True, True])


@pytest.mark.parametrize("turned", [False, True], ids=["1 says genuine", "1 says attack"])
def test_errors_are_counted_by_kind_whatever_a_score_of_1_says(turned: bool) -> None:
    labels, taken = (1 - GENUINE, ~ACCEPTED) if turned else (GENUINE, ACCEPTED)
    presentations = find_presentations(labels, KINDS)
    assert not isinstance(presentations, str)
    rates = error_rates(mark_errors(presentations, taken).sum(axis=0)[None, :])
    assert rates[0] == pytest.approx([1 / 3, 1 / 2, 1 / 4])  # prints, masks, and genuine ones taken as attacks
    assert worst(rates[:, :-1]) == pytest.approx([1 / 2])


def test_a_kind_that_does_not_occur_is_not_told_and_is_not_the_worst() -> None:
    rates = error_rates(np.array([[1.0, 0.0, 2.0, 4.0, 0.0, 8.0], [0.0, 0.0, 0.0, 0.0, 0.0, 8.0]]))
    assert np.isnan(rates[:, 1]).all()
    assert worst(rates[:, :2]) == pytest.approx([0.25, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("labels", "kinds", "said"),
    [
        ([1, 0], label([None, None]), "no sample is an attack"),
        ([1, 0], label(["print", "print"]), "attacks have samples of both labels, so that no decision says attack"),
    ],
    ids=["none", "both labels"],
)
def test_attacks_that_cannot_be_told_are_said(labels: list[int], kinds: Labels, said: str) -> None:
    assert find_presentations(np.array(labels, dtype=np.int8), kinds) == said
