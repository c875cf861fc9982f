"""What must hold of a disturbed request, and what is said when it does not."""

import pytest

from interleaver.lab.asking.assembling import assemble
from interleaver.lab.asking.outcome import Outcome
from interleaver.lab.evaluation.evaluation import Held
from interleaver.lab.robustness.demands import Demand, Disturbed
from interleaver.lab.robustness.judging import Checked, judge
from interleaver.lab.robustness.plan import Planning
from interleaver.lab.terms.metric import Task
from tests.unit.lab.asking.scene import FAILED, REFUSED, UNREADABLE, make_ranked, make_scored, make_suite

BEFORE = make_ranked("1", "2", "3")


def check(demand: Demand, after: Outcome, before: Outcome = BEFORE, within: float = 1.0) -> Checked:
    """One disturbed request of one case."""
    task = Task.SCORING if before.content and before.content.score is not None else Task.RANKING
    planning = Planning(make_suite(1, task))
    planning.add(0, [Disturbed("kind", "detail", b"{}", demand)])
    answers = assemble("m", task, [before, after], {})
    (checked,) = judge(planning.finish("stress"), answers, 10, within)
    return checked


@pytest.mark.parametrize(
    ("demand", "after", "words"),
    [
        (Demand(), FAILED, "status 503 Service Unavailable"),
        (Demand(refusable=True), FAILED, "status 503 Service Unavailable"),
        (Demand(refusable=True), UNREADABLE, "no list"),
        (Demand(), REFUSED, "status 422 Unprocessable Entity"),
        (Demand(overlap=1.0), make_ranked("1", "3", "2"), "the same list is wanted"),
        (Demand(overlap=0.5), make_ranked("7", "8", "9"), "overlap 0.000 with the undisturbed list; at least 0.5"),
        (Demand(never_falls="2"), make_ranked("1", "3", "2"), "2 went from place 2 to place 3, and must not fall"),
        (Demand(never_falls="2"), make_ranked("1", "3"), "2 went from place 2 to outside"),
        (Demand(never_rises="3"), make_ranked("3", "1"), "3 went from place 3 to place 1, and must not rise"),
    ],
)
def test_what_does_not_hold_is_told(demand: Demand, after: Outcome, words: str) -> None:
    checked = check(demand, after)
    assert checked.held is Held.BROKEN
    assert words in checked.words


@pytest.mark.parametrize(
    ("demand", "after"),
    [
        (Demand(), make_ranked("9")),
        (Demand(refusable=True), REFUSED),
        (Demand(refusable=True, overlap=1.0), REFUSED),
        (Demand(overlap=1.0), BEFORE),
        (Demand(overlap=0.5), make_ranked("1", "3", "2")),
        (Demand(never_falls="2"), make_ranked("2", "1", "3")),
        (Demand(never_falls="7"), BEFORE),
        (Demand(never_rises="3"), make_ranked("1", "2", "4", "3")),
    ],
)
def test_what_holds_holds(demand: Demand, after: Outcome) -> None:
    assert check(demand, after).held is Held.HELD


def test_an_answer_that_comes_too_late_is_broken() -> None:
    late = replace_time(BEFORE, 1500.0)
    assert "it took 1500 ms, and may take 1000" in check(Demand(), late).words
    assert check(Demand(), late, within=2.0).held is Held.HELD


def replace_time(outcome: Outcome, milliseconds: float) -> Outcome:
    return Outcome(outcome.state, outcome.words, milliseconds, outcome.size, outcome.content)


@pytest.mark.parametrize("before", [FAILED, REFUSED, UNREADABLE])
def test_nothing_is_told_where_the_undisturbed_request_got_no_answer(before: Outcome) -> None:
    assert check(Demand(), BEFORE, before).held is Held.NOT_TOLD


@pytest.mark.parametrize(
    ("demand", "after", "held"),
    [
        (Demand(overlap=1.0), 0.5, Held.HELD),
        (Demand(overlap=1.0), 0.5001, Held.BROKEN),
        (Demand(overlap=0.5), 0.9, Held.HELD),
        (Demand(never_falls=""), 0.4, Held.BROKEN),
        (Demand(never_falls=""), 0.6, Held.HELD),
        (Demand(never_rises=""), 0.6, Held.BROKEN),
    ],
)
def test_scores_are_the_same_or_go_the_right_way(demand: Demand, after: float, held: Held) -> None:
    assert check(demand, make_scored(after), make_scored(0.5)).held is held
