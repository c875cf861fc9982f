"""The end of the interval decides, and there are three outcomes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.terms.figure import Estimate, Slice, Verdict
from tests.unit.lab.gate.gates import NOW, decide, judge_rule, make_evaluation, make_figure, make_gate, make_suite

PASSED, FAILED, NOT_TOLD = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_TOLD
F: Slice = (("gender", "f"),)
M: Slice = (("gender", "m"),)


@pytest.mark.parametrize(
    ("rule", "value", "outcome"),
    {
        "the low end holds": ("{metric: nDCG@10, atLeast: 0.31}", (0.35, 0.32, 0.38), PASSED),
        "the low end is the bound": ("{metric: nDCG@10, atLeast: 0.31}", (0.35, 0.31, 0.38), PASSED),
        "only the value holds": ("{metric: nDCG@10, atLeast: 0.31}", (0.35, 0.30, 0.38), NOT_TOLD),
        "only the high end holds": ("{metric: nDCG@10, atLeast: 0.31}", (0.30, 0.29, 0.31), NOT_TOLD),
        "the high end is below": ("{metric: nDCG@10, atLeast: 0.31}", (0.30, 0.29, 0.309), FAILED),
        "of a maximum the high end holds": ("{metric: FNR, atMost: 0.08}", (0.05, 0.04, 0.08), PASSED),
        "of a maximum only the value holds": ("{metric: FNR, atMost: 0.08}", (0.05, 0.04, 0.09), NOT_TOLD),
        "of a maximum the low end is above": ("{metric: FNR, atMost: 0.08}", (0.10, 0.09, 0.11), FAILED),
    }.values(),
)
def test_a_value_is_decided_on_the_end_that_is_worse_for_it(
    rule: str, value: tuple[float, float, float], outcome: Outcome
) -> None:
    metric = "FNR" if "FNR" in rule else "nDCG@10"
    assert judge_rule(rule, make_figure(metric, value=value)).outcome is outcome


@pytest.mark.parametrize(
    ("bound", "difference", "outcome"),
    {
        "not worse, by the low end": ("notWorseBy: 0.005", (0.01, -0.005, 0.02), PASSED),
        "perhaps worse": ("notWorseBy: 0.005", (0.01, -0.006, 0.02), NOT_TOLD),
        "perhaps not worse": ("notWorseBy: 0.005", (-0.01, -0.02, -0.005), NOT_TOLD),
        "worse, by the high end": ("notWorseBy: 0.005", (-0.01, -0.02, -0.006), FAILED),
        "not worse at all": ("notWorseBy: 0", (0.01, 0.0, 0.02), PASSED),
        "better, by the low end": ("betterBy: 0.01", (0.02, 0.01, 0.03), PASSED),
        "perhaps better": ("betterBy: 0.01", (0.02, 0.009, 0.03), NOT_TOLD),
        "not better": ("betterBy: 0.01", (0.005, 0.001, 0.009), FAILED),
        "not too good": ("notBetterBy: 0.1", (0.02, 0.01, 0.1), PASSED),
        "perhaps too good": ("notBetterBy: 0.1", (0.09, 0.08, 0.11), NOT_TOLD),
        "too good to be true": ("notBetterBy: 0.1", (0.3, 0.2, 0.4), FAILED),
    }.values(),
)
def test_a_difference_is_decided_on_the_end_that_is_worse_for_it(
    bound: str, difference: tuple[float, float, float], outcome: Outcome
) -> None:
    """The same for both directions: the difference is signed so that positive is better."""
    for metric in ("nDCG@10", "FNR"):
        assert (
            judge_rule(f"{{metric: {metric}, {bound}}}", make_figure(metric, difference=difference)).outcome is outcome
        )


def test_a_bound_is_inclusive_where_binary_fractions_miss_it() -> None:
    difference = 0.3 - 0.305
    assert difference < -0.005
    assert (
        judge_rule("{metric: AP, notWorseBy: 0.005}", make_figure("AP", difference=(difference,) * 3)).outcome is PASSED
    )


def test_several_bounds_of_a_rule_must_all_hold() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.3, notWorseBy: 0.005}")
    result = decide(gate, make_evaluation(make_figure(difference=(-0.1, -0.2, -0.05))))
    assert [(said.bound, said.outcome) for said in result.judgements] == [
        ("atLeast 0.3", PASSED),
        ("notWorseBy 0.005", FAILED),
    ]
    assert not result.passed


def test_counts_without_sampling_are_decided_as_they_stand() -> None:
    figure = make_figure("errors", value=(3, None, None), units=1)
    assert judge_rule("{metric: errors, atMost: 3}", figure).outcome is PASSED
    assert judge_rule("{metric: errors, atMost: 2}", figure).outcome is FAILED


def test_the_words_say_which_side_the_interval_is_on() -> None:
    passed = judge_rule("{metric: nDCG@10, atLeast: 0.31}", make_figure(value=(0.35, 0.32, 0.38)))
    assert passed.words == "value 0.35 [0.32, 0.38], all of it 0.31 or more"
    failed = judge_rule("{metric: nDCG@10, notWorseBy: 0.005}", make_figure(difference=(-0.1, -0.2, -0.05)))
    assert failed.words == "difference -0.1 [-0.2, -0.05], all of it below -0.005"
    slow = judge_rule("{metric: latency_p99_ms, atMost: 120}", make_figure("latency_p99_ms", value=(130, 125, 140)))
    assert slow.words == "value 130 [125, 140], all of it above 120 ms"


def test_not_told_says_about_how_many_more_units_would_tell() -> None:
    """Half-width 0.02 at 1,000 units has to become 0.01: four times the units."""
    said = judge_rule("{metric: nDCG@10, notWorseBy: 0.01}", make_figure(difference=(0.0, -0.02, 0.02)))
    assert said.outcome is NOT_TOLD
    assert said.words == (
        "difference 0 [-0.02, 0.02], which spans -0.01; "
        "about 3,000 units more would tell, if the value stays as it is: it would then hold"
    )


def test_what_would_fail_with_more_units_is_said_to() -> None:
    said = judge_rule("{metric: nDCG@10, notWorseBy: 0.01}", make_figure(difference=(-0.03, -0.06, 0.01)))
    assert said.words.endswith("about 3,000 units more would tell, if the value stays as it is: it would then fail")


def test_at_the_bound_itself_no_number_of_units_tells() -> None:
    said = judge_rule("{metric: nDCG@10, notWorseBy: 0.01}", make_figure(difference=(-0.01, -0.02, 0.01)))
    assert said.words.endswith("no number of units would tell, for it lies at the bound")


@pytest.mark.parametrize(
    ("changes", "words"),
    {
        "too few units": ({"units": 45}, "45 units of at least 200: 155 units more needed"),
        "nothing judged": ({"n": 0, "units": 0}, "nothing in it is judged"),
        "one class": ({"difference": None, "why": "it has one class only"}, "it has one class only"),
        "no reason given": ({"difference": None}, "it could not be measured"),
        "unjudged items decide": (
            {"verdict": Verdict.NOT_TOLD, "why": "depends on how unjudged items are counted"},
            "depends on how unjudged items are counted",
        ),
        "no interval": ({"difference": (0.1, None, None)}, "there is no interval to decide on, over 1,000 units"),
        "not a number": (
            {"difference": (float("nan"), 0.1, 0.2)},
            "there is no interval to decide on, over 1,000 units",
        ),
        "an infinite end": (
            {"difference": (0.1, float("-inf"), 0.2)},
            "there is no interval to decide on, over 1,000 units",
        ),
    }.values(),
)
def test_what_cannot_be_measured_is_not_told_and_does_not_pass(changes: dict[str, Any], words: str) -> None:
    figure = make_figure(**{"difference": (0.1, 0.05, 0.2), **changes})
    result = decide(make_gate("{metric: nDCG@10, notWorseBy: 0.01, minimum: 200}"), make_evaluation(figure))
    assert [(said.outcome, said.words, said.blocks) for said in result.judgements] == [(NOT_TOLD, words, True)]
    assert not result.passed


def test_one_unit_tells_nothing_however_narrow_its_interval_is() -> None:
    said = judge_rule("{metric: nDCG@10, atLeast: 0.3}", make_figure(value=(0.5, 0.5, 0.5), units=1))
    assert (said.outcome, said.words) == (NOT_TOLD, "there is no interval to decide on, over 1 unit")


def test_a_figure_that_the_evaluation_does_not_have_is_not_told() -> None:
    result = decide(make_gate("{metric: AP, atLeast: 0.1}"), make_evaluation(make_figure("nDCG@10")))
    assert [(said.outcome, said.words) for said in result.judgements] == [(NOT_TOLD, "it was not measured")]
    assert not result.passed


def test_not_told_fails_unless_the_rule_says_otherwise() -> None:
    figure = make_figure(difference=(0.0, -0.02, 0.02))
    for policy, passed, warns in (("fail", False, False), ("warn", True, True), ("pass", True, False)):
        gate = make_gate(f"{{metric: nDCG@10, notWorseBy: 0.01, notTold: {policy}}}")
        result = decide(gate, make_evaluation(figure))
        assert (result.passed, result.judgements[0].warns) == (passed, warns)
        assert result.judgements[0].outcome is NOT_TOLD


def test_a_rule_that_fails_fails_whatever_it_says_of_not_told() -> None:
    figure = make_figure(difference=(-0.1, -0.2, -0.05))
    for policy in ("warn", "pass"):
        gate = make_gate(f"{{metric: nDCG@10, notWorseBy: 0.01, notTold: {policy}}}")
        assert not decide(gate, make_evaluation(figure)).passed


def test_only_rules_that_block_keep_a_candidate_from_passing() -> None:
    for level, passed, warns in (("block", False, False), ("warn", True, True), ("watch", True, False)):
        gate = make_gate(f"{{metric: nDCG@10, atLeast: 0.9, level: {level}}}", "{metric: nDCG@10, notWorseBy: 0.1}")
        result = decide(gate, make_evaluation(make_figure()))
        assert (result.passed, result.judgements[0].warns) == (passed, warns)
        assert result.judgements[0].outcome is FAILED


def test_a_share_is_of_the_champions_value() -> None:
    """2% of 0.5 is 0.01."""
    gate = "{metric: nDCG@10, notWorseBy: 2%}"
    for low, outcome in ((-0.0100, PASSED), (-0.0101, NOT_TOLD)):
        figure = make_figure(champion=(0.5, 0.4, 0.6), difference=(0.0, low, 0.01))
        assert judge_rule(gate, figure).outcome is outcome


@pytest.mark.parametrize(
    "champion",
    [
        (0.0, 0.0, 0.0),
        (-0.2, -0.3, -0.1),
        (0.1, 0.0, 0.2),
        (0.1, -0.1, 0.3),
        (float("nan"), 0.1, 0.2),
        (float("inf"), 0.1, 0.2),
    ],
)
def test_a_share_of_what_may_be_nothing_is_refused(champion: tuple[float, float, float]) -> None:
    result = decide(
        make_gate("{metric: AP, notWorseBy: 2%, notTold: pass}"), make_evaluation(make_figure("AP", champion=champion))
    )
    (said,) = result.judgements
    assert (said.outcome, said.refused, said.blocks) == (NOT_TOLD, True, True)
    assert "no margin, for that may be 0 or less; give the margin as a number" in said.words
    assert (result.refused, result.exit_code) == (True, 2)


def test_a_share_that_is_refused_in_a_rule_that_warns_changes_no_exit_code() -> None:
    gate = make_gate("{metric: AP, notWorseBy: 2%, level: warn}", "{metric: AP, atLeast: 0.1}")
    result = decide(gate, make_evaluation(make_figure("AP", champion=(0.1, 0.0, 0.2))))
    assert (result.judgements[0].refused, result.exit_code) == (True, 0)


def test_a_rule_holds_when_it_holds_in_each_slice() -> None:
    figures = [
        make_figure(cut=F),
        make_figure(cut=M, difference=(-0.1, -0.2, -0.05)),
        make_figure(cut=(("gender", None),)),
    ]
    result = decide(make_gate("{metric: nDCG@10, notWorseBy: 0.005, slices: [gender]}"), make_evaluation(*figures))
    assert [(said.slice, said.outcome) for said in result.judgements] == [
        (F, PASSED),
        (M, FAILED),
        ((("gender", None),), PASSED),
    ]
    assert not result.passed


def test_better_overall_and_worse_for_one_slice_does_not_pass() -> None:
    gate = make_gate("{metric: nDCG@10, betterBy: 0.001}", "{metric: nDCG@10, notWorseBy: 0.01, slices: [{gender: f}]}")
    whole = make_figure(difference=(0.02, 0.01, 0.03), verdict=Verdict.BETTER)
    women = make_figure(cut=F, difference=(-0.05, -0.08, -0.02), verdict=Verdict.WORSE)
    result = decide(gate, make_evaluation(whole, women))
    assert (result.passed, result.exit_code) == (False, 1)
    assert [(said.rule, said.slice) for said in result.failures] == [(2, F)]


def test_a_slice_without_judgments_is_not_told_and_not_passed_over() -> None:
    """Values that occur in cases count, whether anybody judged those cases or not."""
    result = decide(
        make_gate("{metric: nDCG@10, notWorseBy: 0.005, slices: [age]}"),
        make_evaluation(make_figure(cut=(("age", "old"),))),
    )
    assert [(said.slice, said.outcome) for said in result.judgements] == [
        ((("age", "old"),), PASSED),
        ((("age", "young"),), NOT_TOLD),
    ]


def test_combinations_are_those_that_occur_with_the_missing_ones() -> None:
    result = decide(make_gate("{metric: nDCG@10, atLeast: 0, slices: [[gender, age]]}"), make_evaluation())
    assert [dict(said.slice) for said in result.judgements] == [
        {"age": "old", "gender": "f"},
        {"age": "old", "gender": "m"},
        {"age": "old", "gender": None},
        {"age": "young", "gender": "f"},
        {"age": "young", "gender": "m"},
    ]


def test_a_slice_that_two_entries_name_is_judged_once() -> None:
    result = decide(make_gate("{metric: nDCG@10, atLeast: 0, slices: [{gender: f}, gender]}"), make_evaluation())
    assert [dict(said.slice) for said in result.judgements] == [{"gender": "f"}, {"gender": "m"}, {"gender": None}]


def test_figures_are_found_whatever_the_order_of_their_attributes() -> None:
    cut: Slice = (("gender", "f"), ("age", "old"))
    result = decide(
        make_gate("{metric: nDCG@10, atLeast: 0.1, slices: [{age: old, gender: f}]}"),
        make_evaluation(make_figure(cut=cut)),
    )
    assert result.passed


def test_worse_and_better_are_corrected_for_the_slices_of_the_rule() -> None:
    """0.04 alone is a finding; as the only small one of three it is none (0.04 > 0.05 / 3)."""
    worse = replace(make_figure(cut=F, difference=(-0.05, -0.09, -0.01)), p_value=0.04)
    alone = decide(make_gate("{metric: nDCG@10, notWorseBy: 0.2, slices: [{gender: f}]}"), make_evaluation(worse))
    assert alone.judgements[0].verdict is Verdict.WORSE
    others = [replace(make_figure(cut=(("gender", value),)), p_value=0.5) for value in ("m", None)]
    among = decide(make_gate("{metric: nDCG@10, notWorseBy: 0.2, slices: [gender]}"), make_evaluation(worse, *others))
    assert [said.verdict for said in among.judgements] == [Verdict.NOT_TOLD_APART] * 3
    assert among.passed


def test_without_a_champion_comparing_rules_are_not_applicable() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.3, notWorseBy: 0.01}", "{metric: flips, atMost: 0.02}")
    figure = make_figure(champion=None, difference=None, verdict=None)
    result = decide(gate, make_evaluation(figure, champion=False))
    assert [said.outcome for said in result.judgements] == [PASSED, Outcome.NOT_APPLICABLE, Outcome.NOT_APPLICABLE]
    assert (result.passed, result.first_model) == (True, True)


def test_without_a_champion_no_gate_of_comparisons_passes() -> None:
    figure = make_figure(champion=None, difference=None, verdict=None)
    for rules in (
        ["{metric: nDCG@10, notWorseBy: 0.01}"],
        ["{metric: nDCG@10, notWorseBy: 0.01}", "{metric: nDCG@10, atLeast: 0.3, level: warn}"],
        ["{metric: nDCG@10, notWorseBy: 0.01}", "{metric: nDCG@10, atLeast: 0.35, notTold: pass}"],
    ):
        result = decide(make_gate(*rules), make_evaluation(figure, champion=False))
        assert (result.passed, result.exit_code, result.first_model) == (False, 1, True)
        assert result.failures[-1].metric == "firstModel"


def test_a_share_of_a_value_without_an_interval_is_not_told() -> None:
    said = judge_rule("{metric: AP, notWorseBy: 2%}", make_figure("AP", champion=(0.5, None, None)))
    assert (said.outcome, said.refused) == (NOT_TOLD, False)


def test_a_partial_evaluation_passes_nothing() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1, notTold: pass}")
    result = decide(gate, make_evaluation(make_figure(), partial=True))
    assert (result.passed, result.exit_code) == (False, 3)
    assert [(said.outcome, said.words) for said in result.failures] == [
        (NOT_TOLD, "the evaluation is partial: a server or the run ended before all was asked")
    ]


def test_a_suite_that_is_too_old_does_not_pass() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}", more="suite: {maxAge: 60d}\n")
    for age, outcome in (
        (timedelta(days=60), PASSED),
        (timedelta(days=60, seconds=1), FAILED),
        (timedelta(days=-1), NOT_TOLD),
    ):
        evaluation = make_evaluation(make_figure(), suite=make_suite(collected_at=NOW - age))
        result = decide(gate, evaluation)
        assert (result.judgements[0].outcome, result.passed) == (outcome, outcome is PASSED)
        assert (result.judgements[0].rule, result.judgements[0].metric) == (0, "age")


def test_a_suite_without_a_date_is_not_told_to_be_young_enough() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}", more="suite: {maxAge: 60d}\n")
    assert not decide(gate, make_evaluation(make_figure())).passed


def test_enough_has_to_be_judged_of_each_model() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}", more="suite: {minJudged: 0.8}\n")
    judged = make_figure("judged@5", champion=(0.95, 0.94, 0.96), value=(0.7, 0.68, 0.72))
    result = decide(gate, make_evaluation(make_figure(), judged))
    assert [(said.bound, said.outcome) for said in result.judgements[:2]] == [
        ("minJudged 0.8 (champion)", PASSED),
        ("minJudged 0.8 (candidate)", FAILED),
    ]
    assert result.judgements[1].words == "70.0% of what the candidate shows is judged"
    assert not result.passed


def test_what_is_judged_and_was_not_measured_does_not_pass() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}", more="suite: {minJudged: 0.8}\n")
    assert not decide(gate, make_evaluation(make_figure())).passed


WAIVER = "waivers: [{rule: 1, slice: {gender: m}, by: Ada, reason: new cameras, until: 2026-11-30}]\n"


def test_a_waiver_makes_a_rule_on_a_slice_warn_until_its_last_day_is_over() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 0.005, slices: [gender]}", more=WAIVER)
    figures = [
        make_figure(cut=F),
        make_figure(cut=M, difference=(-0.1, -0.2, -0.05)),
        make_figure(cut=(("gender", None),)),
    ]
    evaluation = make_evaluation(*figures)
    on_time = decide(gate, evaluation, datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    assert on_time.passed
    assert (on_time.judgements[1].warns, on_time.judgements[1].waived) == (True, "until 2026-11-30 by Ada: new cameras")
    assert not decide(gate, evaluation, datetime(2026, 12, 1, tzinfo=UTC)).passed


def test_a_waiver_is_for_its_slice_alone() -> None:
    gate = make_gate("{metric: nDCG@10, notWorseBy: 0.005, slices: [gender]}", more=WAIVER)
    figures = [make_figure(cut=(("gender", value),), difference=(-0.1, -0.2, -0.05)) for value in ("f", "m", None)]
    assert [dict(said.slice) for said in decide(gate, make_evaluation(*figures)).failures] == [
        {"gender": "f"},
        {"gender": None},
    ]


def test_a_verdict_names_what_it_was_decided_on() -> None:
    gate = make_gate("{metric: nDCG@10, atLeast: 0.1}")
    digests = dict(decide(gate, make_evaluation(make_figure())).digests)
    assert digests == {"suite": "5" * 64, "gate": gate.digest, "champion": "c" * 64, "candidate": "a" * 64}


def test_intervals_of_another_confidence_than_the_gates_are_not_decided_on() -> None:
    with pytest.raises(ValueError, match=r"intervals of 0\.9, and a gate that decides at 0\.95"):
        decide(make_gate("{metric: nDCG@10, atLeast: 0.1}"), make_evaluation(make_figure(), confidence=0.9))


@pytest.mark.parametrize(
    ("zero", "others", "outcome"),
    {
        "it holds in every way": ((0.0, -0.004, 0.02), ((0.05, 0.01, 0.1), (0.0, -0.005, 0.01)), PASSED),
        "it fails in every way": ((-0.1, -0.2, -0.05), ((-0.1, -0.2, -0.06), (-0.2, -0.3, -0.1)), FAILED),
        "it holds as 0 alone": ((0.0, -0.004, 0.02), ((0.0, -0.006, 0.02), (0.0, -0.004, 0.02)), NOT_TOLD),
        "it fails as 0 alone": ((-0.1, -0.2, -0.05), ((0.05, 0.01, 0.1), (0.05, 0.01, 0.1)), NOT_TOLD),
    }.values(),
)
def test_a_comparison_is_told_when_it_is_the_same_in_every_way_of_counting_unjudged_items(
    zero: tuple[float, float, float], others: tuple[tuple[float, float, float], ...], outcome: Outcome
) -> None:
    ways = {way: Estimate(*ends) for way, ends in zip(("left out", "as the best grade"), others, strict=True)}
    figure = replace(make_figure(difference=zero, verdict=Verdict.NOT_TOLD), other_ways=ways)
    assert judge_rule("{metric: nDCG@10, notWorseBy: 0.005}", figure).outcome is outcome


def test_the_words_say_by_which_way_of_counting_it_would_be_otherwise() -> None:
    ways = {"left out": Estimate(0.05, 0.01, 0.1), "as the best grade": Estimate(-0.1, -0.2, -0.06)}
    figure = replace(make_figure(difference=(-0.1, -0.2, -0.05), verdict=Verdict.NOT_TOLD), other_ways=ways)
    said = judge_rule("{metric: nDCG@10, notWorseBy: 0.005}", figure)
    assert said.words == (
        "depends on how unjudged items are counted: failed with them as 0, passed with them left out; "
        "judging what `interleaver lab tojudge` writes would tell"
    )
    assert said.blocks


@pytest.mark.parametrize(
    ("bound", "zero", "others", "outcome"),
    {
        "it holds in every way": ("atLeast: 0.3", (0.35, 0.32, 0.38), ((0.4, 0.3, 0.5), (0.35, 0.31, 0.4)), PASSED),
        "it fails in every way": ("atLeast: 0.3", (0.2, 0.1, 0.29), ((0.2, 0.1, 0.29), (0.2, 0.1, 0.29)), FAILED),
        "it holds as 0 alone": ("atLeast: 0.3", (0.35, 0.32, 0.38), ((0.4, 0.35, 0.5), (0.2, 0.1, 0.3)), NOT_TOLD),
        "it fails as 0 alone": ("atLeast: 0.3", (0.2, 0.1, 0.29), ((0.4, 0.3, 0.5), (0.5, 0.4, 0.6)), NOT_TOLD),
        "too good as the best": ("atMost: 0.5", (0.2, 0.1, 0.29), ((0.2, 0.1, 0.29), (0.6, 0.5, 0.7)), NOT_TOLD),
    }.values(),
)
def test_a_value_is_told_when_it_is_the_same_in_every_way_of_counting_unjudged_items(
    bound: str,
    zero: tuple[float, float, float],
    others: tuple[tuple[float, float, float], ...],
    outcome: Outcome,
) -> None:
    ways = {way: Estimate(*ends) for way, ends in zip(("left out", "as the best grade"), others, strict=True)}
    figure = replace(make_figure(value=zero), other_values=ways)
    for champion in (True, False):
        result = decide(make_gate(f"{{metric: nDCG@10, {bound}}}"), make_evaluation(figure, champion=champion))
        assert result.judgements[0].outcome is outcome


def test_the_words_say_by_which_way_of_counting_a_value_would_be_otherwise() -> None:
    ways = {"left out": Estimate(0.4, 0.3, 0.5), "as the best grade": Estimate(0.3, 0.2, 0.4)}
    said = judge_rule(
        "{metric: nDCG@10, atLeast: 0.3}", replace(make_figure(value=(0.2, 0.1, 0.29)), other_values=ways)
    )
    assert said.words == (
        "depends on how unjudged items are counted: failed with them as 0, passed with them left out, "
        "not told with them as the best grade; judging what `interleaver lab tojudge --value` writes would tell"
    )
    assert said.blocks


def test_differences_of_other_ways_do_not_decide_a_value_nor_values_a_difference() -> None:
    better = {"left out": Estimate(0.5, 0.4, 0.6)}
    figure = make_figure(value=(0.2, 0.1, 0.29), difference=(-0.1, -0.2, -0.05))
    assert judge_rule("{metric: nDCG@10, atLeast: 0.3}", replace(figure, other_ways=better)).outcome is FAILED
    assert judge_rule("{metric: nDCG@10, notWorseBy: 0.01}", replace(figure, other_values=better)).outcome is FAILED


def test_a_share_is_of_the_champions_value_in_the_same_way_of_counting() -> None:
    """10 % of 0.5 are 0.05, of which 0.04 may be lost; with unjudged items as the best grade, of 0.9, even 0.08."""
    figure = make_figure(champion=(0.5, 0.49, 0.51), value=(0.46, 0.45, 0.47), difference=(-0.04, -0.045, -0.035))
    best = {"as the best grade": Estimate(-0.08, -0.085, -0.075)}
    figure = replace(figure, other_ways=best, other_values={"as the best grade": Estimate(0.82, 0.8, 0.84)})
    assert judge_rule("{metric: nDCG@10, notWorseBy: 10%}", figure).outcome is PASSED
    assert judge_rule("{metric: nDCG@10, notWorseBy: 0.05}", figure).outcome is NOT_TOLD


def test_a_metric_that_was_not_asked_for_is_not_decided_on() -> None:
    """Of metrics that no gate asks for no values are kept in the other ways of counting."""
    evaluation = make_evaluation(make_figure())
    evaluation = replace(evaluation, settings=replace(evaluation.settings, metrics=("AP",)))
    with pytest.raises(ValueError, match=r"rules on nDCG@10, which the evaluation was not asked for"):
        decide(make_gate("{metric: nDCG@10, atLeast: 0.1}"), evaluation)
