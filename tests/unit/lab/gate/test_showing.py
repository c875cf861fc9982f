"""What a suite can show of each rule and slice, and what it was taken from."""

from dataclasses import replace

import numpy as np
import pytest

from interleaver.lab.gate.outcome import Level
from interleaver.lab.gate.power import distance_told, greatest_error, quantile
from interleaver.lab.gate.prospects import print_prospects, show_prospects
from interleaver.lab.gate.reaching import Reaching, find_reaching
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.showing import Showing, hold_all, show_power
from interleaver.lab.gate.spread import expect_champion, expect_worst
from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.terms.figure import WHOLE
from interleaver.lab.terms.lists import gather
from interleaver.lab.terms.metric import Task
from tests.unit.lab.gate.gates import METRICS, make_evaluation, make_figure, make_gate, make_suite


def make_judged(queries: int = 400, judged: int | None = None) -> Suite:
    """A suite whose first queries are judged; every tenth is of a woman."""
    suite = make_suite({"gender": ["m" if index % 10 else "f" for index in range(queries)]})
    most = queries if judged is None else judged
    rows = gather([[0]] * most + [[]] * (queries - most))
    return replace(suite, judgments=Judgments(rows, np.ones(most), ("1",)))


def show_worst(gate: Gate, suite: Suite) -> list[Showing]:
    reachings = {rule.metric: find_reaching(rule.metric, suite) for rule in gate.rules}
    return list(show_power(gate, suite, METRICS, expect_worst(gate, suite, reachings)))


def show_champion(
    gate: Gate, correlation: float = 0.0, value: tuple[float, float, float] = (0.35, 0.33, 0.37)
) -> Showing:
    suite = make_judged()
    alone = make_evaluation(make_figure(value=value, units=400, n=400, champion=None, difference=None), champion=False)
    reachings = {rule.metric: Reaching(np.ones(400, dtype=bool), (0.0, 1.0)) for rule in gate.rules}
    (shown,) = show_power(gate, suite, METRICS, expect_champion(gate, suite, reachings, alone.trials[0], correlation))
    return shown


def test_without_answers_the_worst_case_of_a_bounded_metric_is_taken_and_said() -> None:
    """A difference of two values between 0 and 1 lies between -1 and 1."""
    (shown,) = show_worst(make_gate("{metric: nDCG@10, notWorseBy: 0.05}"), make_judged())
    assert (shown.spread.units, shown.spread.why) == (400, "the worst case")
    assert shown.spread.error == greatest_error(2.0, 400)
    assert shown.told == distance_told(0.05, 400, 0.95)
    assert shown.words.startswith(
        "tells a margin of 0.1404; equal models hold 0.05 with probability 0.17; 0.8 takes about"
    )


def test_only_judged_queries_count() -> None:
    (shown,) = show_worst(make_gate("{metric: nDCG@10, notWorseBy: 0.05}"), make_judged(400, 100))
    assert (shown.spread.cases, shown.spread.units) == (100, 100)


def test_each_slice_has_its_units() -> None:
    shown = show_worst(make_gate("{metric: nDCG@10, notWorseBy: 0.05, slices: [gender]}"), make_judged())
    assert [(dict(one.slice), one.spread.units) for one in shown] == [({"gender": "f"}, 40), ({"gender": "m"}, 360)]


def test_a_slice_with_fewer_units_than_the_minimum_is_never_told() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 0.05, slices: [gender], minimum: 100}")
    women = show_worst(gate, make_judged())[0]
    assert (women.equal, women.words) == (0.0, "is never told: 40 units of at least 100")


def test_a_metric_that_nothing_bounds_takes_answers() -> None:
    (shown,) = show_worst(make_gate("{metric: latency_p99_ms, atMost: 120}"), make_judged())
    assert (shown.told, shown.words) == (None, "nothing bounds it; give --answers of the champion")


def test_a_count_is_decided_as_it_stands() -> None:
    (shown,) = show_worst(make_gate("{metric: errors, atMost: 3}"), make_judged())
    assert shown.words == "is decided as it stands, whatever the number of units"


def test_a_count_that_too_few_units_carry_is_never_told() -> None:
    """A gate holds `minimum` against counts, too."""
    (shown,) = show_worst(make_gate("{metric: errors, atMost: 3, minimum: 401}"), make_judged())
    assert (shown.equal, shown.words) == (0.0, "is never told: 400 units of at least 401")


def test_a_value_that_no_model_can_have_is_said_to_be_none() -> None:
    (shown,) = show_worst(make_gate("{metric: nDCG@10, atLeast: 0.95}"), make_judged())
    assert shown.words == "takes a value of 1.02 or more, which there is not"


def test_a_share_takes_the_champions_value() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 10%}")
    (unknown,) = show_worst(gate, make_judged())
    assert unknown.words == "is a share of a value that is not known yet; give --answers of the champion"
    shown = show_champion(gate, value=(0.4, 0.38, 0.42))
    assert "equal models hold 0.04 with probability" in shown.words


def test_answers_of_the_champion_give_the_spread_of_its_value() -> None:
    """Two half-widths from the bound, of which the end takes one: 0.975 is the probability of less than the other."""
    shown = show_champion(make_gate("{metric: nDCG@10, atLeast: 0.31}"))
    assert shown.spread.error == pytest.approx(0.02 / quantile(400, 0.95))
    assert shown.spread.why == "the champion's answers"
    assert shown.words.endswith("the champion's 0.35 passes with probability 0.98")


def test_a_difference_varies_by_both_models_and_less_the_more_they_go_together() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 0.05}")
    value = show_champion(make_gate("{metric: nDCG@10, atLeast: 0.31}")).spread.error
    assert value is not None
    for correlation, factor in ((0.0, 2**0.5), (0.5, 1.0), (0.98, 0.2)):
        shown = show_champion(gate, correlation)
        assert shown.spread.error == pytest.approx(factor * value)


def test_a_candidate_that_is_no_better_does_not_pass_betterby() -> None:
    shown = show_champion(make_gate("{metric: nDCG@10, betterBy: 0.01}"))
    assert shown.equal is not None
    assert shown.equal < 0.025
    assert "one that is no better does not pass" in shown.words


def test_more_units_tell_smaller_margins() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 0.05}")
    told = [show_worst(gate, make_judged(queries))[0].told for queries in (100, 400, 1600)]
    assert told == sorted(told, reverse=True)  # type: ignore[type-var]


def test_equal_models_hold_all_rules_less_often_than_each() -> None:
    shown = show_worst(make_gate("{metric: nDCG@10, notWorseBy: 0.2, slices: [gender]}"), make_judged())
    together = hold_all(shown)
    assert together is not None
    assert together == pytest.approx((shown[0].equal or 0) * (shown[1].equal or 0))
    assert hold_all([replace(one, level=Level.WARN) for one in shown]) is None


@pytest.mark.parametrize(
    ("name", "cases"), [("recall", 3), ("FNR", 3), ("FPR", 3), ("FNR@FPR=0.01", None), ("AUC", None)]
)
def test_rates_are_means_over_the_samples_of_one_label(name: str, cases: int | None) -> None:
    """At a threshold that is chosen, over those of them that it was not chosen on."""
    suite = make_suite(task=Task.SCORING)
    suite = replace(
        suite, threshold=0.5, cases=replace(suite.cases, labels=np.array([1, 1, 1, 0, 0, 0], dtype=np.int8))
    )
    found = find_reaching(name, suite)
    if name == "AUC":
        assert found.reach is None
    else:
        assert found.reach == (0.0, 1.0)
        assert found.counted.sum() == cases if cases else 0 <= found.counted.sum() <= 3


def test_the_document_and_the_lines_say_the_same() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 0.05, slices: [gender]}", "{metric: nDCG@10, atLeast: 0.1}")
    showings = show_worst(gate, make_judged())
    document, lines = show_prospects(gate, showings), list(print_prospects(gate, showings))
    assert [rule["words"] for rule in document["rules"]] == [shown.words for shown in showings]
    assert document["rules"][2]["slice"] is None
    assert showings[2].slice == WHOLE
    assert lines[0].split() == ["rule", "metric", "slice", "bound", "units"]
    assert lines[1].split() == ["1", "nDCG@10", "gender=f", "notWorseBy", "0.05", "40"]
    assert lines[2].strip() == f"{showings[0].words} (from the worst case)"
    assert lines[-1].startswith("Equal models hold all blocking notWorseBy with probability")


def test_what_one_model_does_not_show_is_the_worst_case() -> None:
    gate, suite = make_gate("{metric: flips, atMost: 0.2}"), make_judged()
    alone = make_evaluation(
        make_figure("flips", value=None, champion=None, difference=None, why="takes a champion to measure"),
        champion=False,
    )
    reachings = {"flips": find_reaching("flips", suite)}
    (shown,) = show_power(gate, suite, METRICS, expect_champion(gate, suite, reachings, alone.trials[0], 0.0))
    assert shown.spread.why == "the worst case"
    assert shown.words.startswith("takes a value of 0.12")
