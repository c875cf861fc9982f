"""What a gate names and the suite or the lab does not have is refused before any request is sent."""

from dataclasses import replace
from pathlib import Path

import pytest

from interleaver.lab.gate.checking import check_gate
from interleaver.lab.suites.corner import FILE
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.metric import Direction, Metric, Task
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.gate.gates import NOW, make_gate, make_suite

OWN = [Metric("fraud_cost", Direction.LOWER, unit="EUR", words="What wrong decisions cost.")]


def check(*rules: str, more: str = "", suite: Suite | None = None) -> None:
    check_gate(make_gate(*rules, more=more), suite or make_suite(), NOW, OWN)


def refusal(*rules: str, more: str = "", suite: Suite | None = None) -> str:
    with pytest.raises(Unusable) as caught:
        check(*rules, more=more, suite=suite)
    return str(caught.value)


def waive(fields: str) -> str:
    return f"waivers:\n  - {{by: Ada, reason: new cameras, {fields}}}\n"


GENDER = "{metric: AP, notWorseBy: 0, slices: [gender]}"
REFUSED = {
    "an unknown metric": (
        ["{metric: nDGC@10, atLeast: 0}"],
        "",
        "line 3, rules[1].metric: no metric is called 'nDGC@10'; did you mean nDCG@10",
    ),
    "an unknown attribute": (
        ["{metric: AP, atLeast: 0, slices: [gendre]}"],
        "",
        "line 3, rules[1].slices[1]: 'gendre' is an unknown attribute; did you mean gender?",
    ),
    "an unknown attribute of a combination": (
        ["{metric: AP, atLeast: 0, slices: [age, [gender, genre]]}"],
        "",
        "rules[1].slices[2]: 'genre' is an unknown attribute; did you mean gender?",
    ),
    "an unknown value": (
        ["{metric: AP, atLeast: 0, slices: [{age: yong}]}"],
        "",
        "line 3, rules[1].slices[1]: 'yong' is an unknown value of age; did you mean young?",
    ),
    "a combination that no case has": (
        ["{metric: AP, atLeast: 0, slices: [{age: young, gender: null}]}"],
        "",
        "line 3, rules[1].slices[1]: no case of the suite has age=young, gender=(missing)",
    ),
    "a missing value that no case lacks": (
        ["{metric: AP, atLeast: 0, slices: [{age: ~}]}"],
        "",
        "no case of the suite has age=(missing)",
    ),
    "a minimum for what is better the less there is": (
        ["{metric: fraud_cost, atLeast: 0.01}"],
        "",
        "line 3, rules[1].atLeast: stands alone, and less fraud_cost is better; give atMost, or both for a band",
    ),
    "another unit": (
        ["{metric: latency_p99_ms, atMost: 1 s}"],
        "",
        "line 3, rules[1].atMost: has the unit 's'; latency_p99_ms is in ms",
    ),
    "a unit where there is none": (["{metric: AP, notWorseBy: 2 points}"], "", "has the unit 'points'; AP has no unit"),
    "an age of a suite without a date": (
        ["{metric: AP, atLeast: 0}"],
        "suite: {maxAge: 60d}\n",
        "line 4, suite.maxAge: needs a date, which the suite has not; add collectedAt to suite.yaml",
    ),
    "a waiver that is over": (
        [GENDER],
        waive("rule: 1, slice: {gender: m}, until: 2026-11-29"),
        "line 5, waivers[1].until: is over since 2026-11-29",
    ),
    "a waiver of a rule that there is not": (
        [GENDER],
        waive("rule: 2, until: 2027-01-01"),
        "line 5, waivers[1].rule: matches nothing: there are 1 rules, and no rule 2",
    ),
    "a waiver of the whole suite where a rule is about slices": (
        [GENDER],
        waive("rule: 1, until: 2027-01-01"),
        "line 5, waivers[1]: matches nothing: rule 1 has no slice all",
    ),
    "a waiver of a slice that the rule is not about": (
        [GENDER],
        waive("rule: 1, slice: {age: old}, until: 2027-01-01"),
        "matches nothing: rule 1 has no slice age=old",
    ),
    "a waiver with an unknown attribute": (
        [GENDER],
        waive("rule: 1, slice: {gendre: f}, until: 2027-01-01"),
        "line 5, waivers[1].slice: 'gendre' is an unknown attribute; did you mean gender?",
    ),
    "a waiver of a rule that warns": (
        [GENDER, "{metric: AP, atLeast: 0, level: warn}"],
        waive("rule: 2, until: 2027-01-01"),
        "matches nothing: rule 2 has level: warn, and blocks no candidate",
    ),
    "a waiver twice": (
        [GENDER],
        waive("rule: 1, slice: {gender: m}, until: 2027-01-01")
        + "  - {rule: 1, slice: {gender: m}, by: Bob, reason: x, until: 2027-01-01}\n",
        "line 6, waivers[2]: waives rule 1 on gender=m again",
    ),
    "corner cases of a suite that has none": (
        ["{metric: corner_failures, atMost: 0}"],
        "",
        "rules[1].metric: corner_failures counts corner cases, and the suite has none; write them in corners.yaml",
    ),
    "ERR without a maximum grade": (
        ["{metric: ERR@10, atLeast: 0}"],
        "",
        "line 3, rules[1].metric: ERR@10 needs the greatest grade there can be; add maximumGrade to suite.yaml",
    ),
    "waivers of everything": (
        ["{metric: AP, atLeast: 0}", "{metric: AP, notWorseBy: 0, level: warn}"],
        waive("rule: 1, until: 2027-01-01"),
        "line 5, waivers: waive every rule that blocks",
    ),
}


OF_SCORES = {
    "how much is judged, in a suite of scores": (
        ["{metric: AUC, atLeast: 0}"],
        "suite: {minJudged: 0.8}\n",
        "line 4, suite.minJudged: is about rankings; every sample of a scoring suite has its label",
    ),
    "a metric of rankings in a suite of scores": (
        ["{metric: nDCG@10, atLeast: 0}"],
        "",
        "no metric is called 'nDCG@10'",
    ),
    "an unknown kind of attack": (
        ["{metric: 'APCER:prnt', atMost: 0.1}"],
        "",
        "line 3, rules[1].metric: 'prnt' is an unknown kind of attack; did you mean print?",
    ),
}


def make_attacked() -> Suite:
    """A suite of scores with two attacks."""
    suite = make_suite(task=Task.SCORING)
    return replace(suite, cases=replace(suite.cases, attacks=label(["print", "replay", *[None] * 4])))


@pytest.mark.parametrize(("rules", "more", "said"), [pytest.param(*case, id=name) for name, case in REFUSED.items()])
def test_refused_with_its_line_and_the_nearest_names(rules: list[str], more: str, said: str) -> None:
    words = refusal(*rules, more=more)
    assert words.startswith("gate.yaml, line ")
    assert said in words


@pytest.mark.parametrize(("rules", "more", "said"), [pytest.param(*case, id=name) for name, case in OF_SCORES.items()])
def test_refused_for_a_suite_of_scores(rules: list[str], more: str, said: str) -> None:
    assert said in refusal(*rules, more=more, suite=make_attacked())


def test_attacks_have_to_be_in_the_suite() -> None:
    suite = make_suite(task=Task.SCORING)
    assert "APCER is about attacks, and the suite has none" in refusal("{metric: APCER, atMost: 0.1}", suite=suite)


def test_attacks_that_are_in_the_suite_are_taken() -> None:
    check("{metric: 'APCER:print', atMost: 0.1}", "{metric: BPCER, atMost: 0.1}", suite=make_attacked())


def test_corner_cases_are_counted_where_there_are_some_and_in_no_slice(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("")
    suite = replace(make_suite(), folder=tmp_path)
    check("{metric: corner_failures, atMost: 0}", suite=suite)
    said = refusal("{metric: corner_failures, atMost: 0, slices: [gender]}", suite=suite)
    assert "rules[1].slices: corner_failures counts cases of their own, which are in no slice" in said


def test_a_gate_that_fits_is_taken() -> None:
    check(
        "{metric: nDCG@10, atLeast: 0.3, notWorseBy: 2%}",
        "{metric: fraud_cost, atLeast: 0.01, atMost: 0.08, slices: [gender, [gender, age], {gender: null}]}",
        "{metric: latency_p99_ms, atMost: 120 ms}",
        more=f"suite: {{maxAge: 60d}}\n{waive('rule: 2, slice: {gender: m}, until: 2026-11-30')}",
        suite=make_suite(collected_at=NOW),
    )


def test_a_maximum_of_what_is_better_the_more_there_is_bounds_what_is_believed() -> None:
    check("{metric: nDCG@10, atMost: 0.9}")


def test_sources_are_an_attribute_where_there_are_several() -> None:
    rule = "{metric: AP, notWorseBy: 0, slices: [source, {source: corner, gender: f}]}"
    suite = make_suite()
    several = replace(suite, cases=replace(suite.cases, sources=label(["corner", *["production"] * 5])))
    check(rule, suite=several)
    assert "'source' is an unknown attribute" in refusal(rule, suite=suite)
