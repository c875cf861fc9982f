"""Corner cases are decided by what was answered, in words, and counted."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.corner import FAILURES, add_corners, decide
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Held, Settings, Trial
from interleaver.lab.suites.corner import Corner, Corners, Shown
from interleaver.lab.terms.figure import Estimate, Figure, Verdict
from interleaver.lab.terms.metric import Direction
from tests.unit.lab.builders import make_answers, make_suite


def make_corners(*cases: Corner, scoring: bool = False) -> Corners:
    return Corners(cases, make_suite(len(cases), scoring=scoring), "digest")


def answer(
    *rankings: Sequence[str], states: Sequence[State] = (), scores: Sequence[float] | None = None, model: str = "m"
) -> Answers:
    count = len(rankings) if scores is None else len(scores)
    kinds = list(states) or [State.ANSWERED] * count
    return Answers(
        model,
        np.array(kinds, dtype=np.int8),
        np.full(count, 5.0),
        np.full(count, 100),
        ["" if kind is State.ANSWERED else f"status {kind.name}" for kind in kinds],
        rankings if scores is None else None,
        None if scores is None else np.array(scores),
    )


def told(corner: Corner, *rankings: Sequence[str], **more: object) -> tuple[Held, str]:
    """How the first case went."""
    others = [Corner(f"other {place}", at_least=0) for place in range(1, len(rankings))]
    outcome = decide(make_corners(corner, *others), answer(*rankings, **more))[0]  # type: ignore[arg-type]
    return outcome.held, outcome.words


@pytest.mark.parametrize(
    ("corner", "ranking", "words"),
    [
        (Corner("c", must=Shown(("1", "2"), 2)), ["2", "1", "3"], ""),
        (Corner("c", must=Shown(("1",), 2)), ["3", "2", "1"], "1 stands at place 3, and must stand in the first 2"),
        (Corner("c", must=Shown(("1",), None)), ["3"], "1 is not in the list, and must stand in the list"),
        (
            Corner("c", must=Shown(("1",), None)),
            ['"1"'],
            '1 is not in the list, but "1" is, which is another id, and must stand in the list',
        ),
        (Corner("c", must_not=Shown(("1",), 2)), ["3", "2", "1"], ""),
        (
            Corner("c", must_not=Shown(("1",), 3)),
            ["3", "2", "1"],
            "1 stands at place 3, and must not stand in the first 3",
        ),
        (Corner("c", at_least=2), ["1", "2"], ""),
        (Corner("c", at_least=2), ["1"], "the number of items is 1, and must be at least 2"),
        (Corner("c", at_most=1), ["1", "2"], "the number of items is 2, and must be at most 1"),
        (Corner("c", at_most=0), [], ""),
        (
            Corner("c", must=Shown(("9",), 1), at_least=2),
            ["1"],
            "9 is not in the list, and must stand in the first 1; the number of items is 1, and must be at least 2",
        ),
    ],
)
def test_a_list_is_held_against_what_must_and_must_not_stand_in_it(
    corner: Corner, ranking: list[str], words: str
) -> None:
    assert told(corner, ranking) == (Held.BROKEN if words else Held.HELD, words)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (0.2, ""),
        (0.8, ""),
        (0.1, "the score is 0.1, and must be at least 0.2"),
        (0.9, "the score is 0.9, and must be at most 0.8"),
    ],
)
def test_a_score_is_held_against_its_bounds_inclusive(score: float, words: str) -> None:
    outcome = decide(make_corners(Corner("c", at_least=0.2, at_most=0.8), scoring=True), answer(scores=[score]))[0]
    assert (outcome.held, outcome.words) == (Held.BROKEN if words else Held.HELD, words)


@pytest.mark.parametrize(
    ("state", "held", "words"),
    [
        (State.REFUSED, Held.HELD, ""),
        (State.ANSWERED, Held.BROKEN, "it was answered, and must be refused"),
        (State.UNREADABLE, Held.BROKEN, "status UNREADABLE"),
        (State.FAILED, Held.NOT_TOLD, "no answer: status FAILED"),
        (State.NOT_ASKED, Held.NOT_TOLD, "no answer: status NOT_ASKED"),
    ],
)
def test_only_a_refusal_is_one(state: State, held: Held, words: str) -> None:
    assert told(Corner("c", must_be="refused"), [], states=[state]) == (held, words)


@pytest.mark.parametrize(
    ("state", "held"),
    [(State.REFUSED, Held.BROKEN), (State.UNREADABLE, Held.BROKEN), (State.FAILED, Held.NOT_TOLD)],
)
def test_a_case_without_an_answer_does_not_hold_by_having_nothing_forbidden_in_it(state: State, held: Held) -> None:
    assert told(Corner("c", must_not=Shown(("1",), None)), [], states=[state])[0] is held


def test_the_same_answer_is_the_same_list() -> None:
    corner = Corner("c", same_as="other 1")
    assert told(corner, ["1", "2"], ["1", "2"]) == (Held.HELD, "")
    assert told(corner, ["1", "2"], ["2", "1"]) == (Held.BROKEN, "the answer is not that of 'other 1'")
    assert told(corner, ["1"], [], states=[State.ANSWERED, State.REFUSED])[0] is Held.BROKEN
    assert told(corner, ["1"], [], states=[State.ANSWERED, State.FAILED])[0] is Held.NOT_TOLD


def evaluate(champion: Answers | None, candidate: Answers, cases: tuple[Corner, ...]) -> Evaluation:
    suite = make_suite(4, folder=Path("x"))
    whole = make_answers(suite, "m")
    stale = Figure("corner_failures", (), 0, 0, None, None, None, None)
    trial = Trial(whole, [stale])
    evaluation = Evaluation(suite, None if champion is None else whole, [trial], Counts(4, 4, 0, 0, 0), {}, Settings())
    return add_corners(evaluation, make_corners(*cases), champion, [candidate])


CASES = (Corner("a", at_least=1), Corner("b", at_least=1), Corner("c", at_least=1))


def test_failures_of_both_models_are_one_figure_whose_difference_is_positive_where_the_candidate_is_better() -> None:
    evaluation = evaluate(answer([], [], ["1"]), answer([], ["1"], ["1"]), CASES)
    (figure,) = evaluation.trials[0].figures
    assert (figure.champion, figure.candidate, figure.difference) == (Estimate(2), Estimate(1), Estimate(1))
    assert (figure.n, figure.verdict) == (3, Verdict.BETTER)
    assert [outcome.held for outcome in evaluation.trials[0].corners] == [Held.BROKEN, Held.HELD, Held.HELD]
    assert [outcome.held for outcome in evaluation.champion_corners] == [Held.BROKEN, Held.BROKEN, Held.HELD]
    assert evaluation.metrics["corner_failures"] is FAILURES


@pytest.mark.parametrize(("items", "verdict"), [([], Verdict.WORSE), (["1"], Verdict.NOT_TOLD_APART)])
def test_more_failures_are_worse_and_as_many_are_not_told_apart(items: list[str], verdict: Verdict) -> None:
    evaluation = evaluate(answer(["1"], ["1"], ["1"]), answer(items, ["1"], ["1"]), CASES)
    assert evaluation.trials[0].figures[0].verdict is verdict


def test_without_a_champion_the_candidate_is_counted_alone() -> None:
    (figure,) = evaluate(None, answer([], ["1"], ["1"]), CASES).trials[0].figures
    assert (figure.champion, figure.candidate, figure.difference, figure.verdict) == (None, Estimate(1), None, None)


def test_a_case_without_an_answer_makes_the_count_not_told() -> None:
    states = [State.ANSWERED, State.FAILED, State.ANSWERED]
    (figure,) = evaluate(answer(["1"], ["1"], ["1"]), answer(["1"], [], ["1"], states=states), CASES).trials[0].figures
    assert (figure.candidate, figure.difference, figure.verdict) == (None, None, Verdict.NOT_TOLD)
    assert figure.why == "1 corner cases got no answer, among them 'b'"


def test_failures_are_a_count_that_is_decided_as_it_stands() -> None:
    assert (FAILURES.direction, FAILURES.sampled, FAILURES.unit) == (Direction.LOWER, False, "cases")
