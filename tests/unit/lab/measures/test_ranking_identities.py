"""Metrics that contradict each other stop a run."""

import numpy as np
import pytest
from hypothesis import given

from interleaver.lab.measures.identities import ViolatedIdentity
from interleaver.lab.measures.names import parse
from interleaver.lab.measures.ranking_identities import check_identities
from interleaver.lab.measures.walking import measure
from interleaver.lab.terms.metric import Task
from tests.unit.lab.measures.lists import Grades, Run, all_grades, make_scene, runs

NAMES = ["P@3", "R@3", "AP", "AP@3", "nDCG@3", "nDCG_exp@3", "ERR@3", "RR@3", "success@3", "judged@3", "R@10"]


def check(grades: Grades, run: Run, **wrong: float) -> None:
    """Check a model's metrics, of which some are set to a wrong value in the first query."""
    scene = make_scene(grades, run)
    found = measure(scene.models[0], scene.ideal, [parse(name, Task.RANKING) for name in NAMES])
    columns = dict(zip(NAMES, found, strict=True))
    for name, value in wrong.items():
        columns[name.replace("_at_", "@")][0] = value
    check_identities(columns, scene.models[0], scene.ideal, scene.judged, scene.gains)


@given(all_grades, runs)
def test_they_hold_for_any_lists(grades: Grades, run: Run) -> None:
    check(grades, run)


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, 1e-9])
def test_they_hold_for_the_least_gain_that_there_is_beside_the_greatest(tiny: float) -> None:
    for others in ({}, {"b": 4.0}, {"b": 0.0, "c": tiny}):
        for run in (["a", "b"], ["b", "a"], ["x", "c", "a"]):
            check({"q": {"a": tiny, **others}}, {"q": run})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"P_at_3": 0.5}, r"P@3 times 3 is a whole number \(judged query 1\)"),
        ({"R_at_10": 0.5}, "R@10"),
        ({"success_at_3": 0.0}, "success@3 = 1 exactly where P@3 > 0"),
        ({"RR_at_3": 0.0}, "RR@3 > 0 exactly where P@3 > 0"),
        ({"ERR_at_3": 1.1}, "0 <= ERR@3 <= 1"),
        ({"nDCG_at_3": np.nan}, "0 <= nDCG@3 <= 1"),
    ],
)
def test_a_violated_one_names_itself_and_the_query(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(ViolatedIdentity, match=words):
        check({"q": {"a": 1, "b": 2}}, {"q": ["a", "x", "b"]}, **wrong)
