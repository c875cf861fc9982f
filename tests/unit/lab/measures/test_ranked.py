"""Unjudged items can be counted three ways, each in a world of its own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.measures.names import parse
from interleaver.lab.measures.ranked import assume_best, condense, idealise_best, order_gains
from interleaver.lab.measures.walking import measure
from interleaver.lab.terms.lists import gather
from interleaver.lab.terms.metric import Task
from tests.unit.lab.measures.lists import Grades, Run, all_grades, make_scene, measure_one, runs

NAMES = ("P@3", "R@3", "AP", "AP@3", "nDCG@3", "nDCG_exp@3", "ERR@3", "RR@3", "success@3")
PARSED = [parse(name, Task.RANKING) for name in NAMES]


@given(all_grades, runs)
def test_condensed_lists_are_the_lists_without_what_was_not_judged(grades: Grades, run: Run) -> None:
    scene = make_scene(grades, run)
    judged_only = {query: [item for item in run.get(query, []) if item in grades[query]] for query in grades}
    wanted = measure_one(make_scene(grades, judged_only), *NAMES)
    assert (measure(condense(scene.models[0]), scene.ideal, PARSED) == wanted).all()


@given(all_grades, runs, runs)
def test_in_the_best_world_every_unjudged_item_that_a_model_shows_has_the_best_grade(
    grades: Grades, run: Run, other: Run
) -> None:
    scene = make_scene(grades, run, other, maximum=4)
    told = {
        query: {**dict.fromkeys([*run.get(query, []), *other.get(query, [])], 4.0), **grades[query]} for query in grades
    }
    world = make_scene(told, run, other, maximum=4)
    ideal = idealise_best(scene.ideal, scene.models, scene.size)
    for model in (0, 1):
        found = measure(assume_best(scene.models[model], 4), ideal, PARSED)
        assert (abs(found - measure_one(world, *NAMES, model=model)) < 1e-12).all()


@given(st.lists(st.lists(st.floats(0, 1000), max_size=5), max_size=6))
def test_the_best_order_is_that_of_the_gains_however_different_those_of_other_queries_are(
    rows: list[list[float]],
) -> None:
    judged = gather([range(len(row)) for row in rows])
    gains = np.array([gain for row in rows for gain in row], dtype=np.float64)
    assert order_gains(judged, gains).tolist() == [gain for row in rows for gain in sorted(row, reverse=True)]
