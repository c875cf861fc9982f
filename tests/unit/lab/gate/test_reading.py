"""A gate is read strictly, and what its own text shows to be wrong is refused with its line."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from interleaver.lab.gate.numbers import Number
from interleaver.lab.gate.outcome import Level
from interleaver.lab.gate.reading import parse_gate, read_gate, wanted
from interleaver.lab.gate.rules import Kind
from interleaver.lab.gate.slices import Every, One
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.gate.gates import make_gate

EXAMPLE = """\
version: 1
confidence: 0.9
suite: {maxAge: 60d, minJudged: 0.8}
rules:
  - {metric: nDCG@10, atLeast: 0.31, notWorseBy: 0.005}
  - {metric: nDCG@10, notWorseBy: 2%, slices: [activity, {genre: drama}], minimum: 200}
  - {metric: FNR@FPR=0.01, atMost: 0.08, slices: [gender, [gender, age_group]], notTold: warn}
  - {metric: latency_p99_ms, atMost: 120 ms}
  - {metric: flips, atMost: 0.02, level: warn}
waivers:
  - {rule: 2, slice: {genre: drama}, by: Ada, reason: new catalogue, until: 2027-01-31}
"""


def refusal(text: str) -> str:
    with pytest.raises(Unusable) as caught:
        parse_gate("gate.yaml", text.encode())
    return str(caught.value)


def test_a_gate_is_read_as_it_is_written() -> None:
    gate = parse_gate("gate.yaml", EXAMPLE.encode())
    first, second, third, fourth, fifth = gate.rules
    assert gate.confidence == 0.9
    assert (gate.suite.max_age, gate.suite.min_judged) == (timedelta(days=60), 0.8)
    assert [(bound.kind, bound.number) for bound in first.bounds] == [
        (Kind.AT_LEAST, Number(0.31)),
        (Kind.NOT_WORSE_BY, Number(0.005)),
    ]
    assert (second.not_worse_by, second.minimum) == (Number(2, "%"), 200)
    assert second.slices == [Every(("activity",)), One((("genre", "drama"),))]
    assert third.slices == [Every(("gender",)), Every(("age_group", "gender"))]
    assert (third.not_told, fourth.at_most, fifth.level) == ("warn", Number(120, "ms"), Level.WARN)
    assert gate.waivers[0].until == date(2027, 1, 31)


def test_bounds_are_shown_as_the_gate_has_them() -> None:
    gate = parse_gate("gate.yaml", EXAMPLE.encode())
    assert [str(bound) for rule in gate.rules for bound in rule.bounds] == [
        "atLeast 0.31", "notWorseBy 0.005", "notWorseBy 2%", "atMost 0.08", "atMost 120 ms", "atMost 0.02",
    ]  # fmt: skip


def test_what_a_gate_needs_measured_is_each_metric_once_and_combinations_of_three_or_more() -> None:
    gate = make_gate(
        "{metric: AP, atLeast: 0.1}",
        "{metric: P@5, atLeast: 0.1, slices: [a, [b, a], [c, b, a], {d: 1, e: 2, f: 3}]}",
        "{metric: AP, notWorseBy: 0}",
    )
    assert wanted(gate) == (("AP", "P@5"), (("a", "b", "c"), ("d", "e", "f")))


def test_values_of_attributes_are_texts_as_they_are_written_and_null_is_missing() -> None:
    gate = make_gate("{metric: AP, atLeast: 0, slices: [{country: no, code: 007}, {code: null}]}")
    assert gate.rules[0].slices == [One((("code", "007"), ("country", "no"))), One((("code", None),))]


def test_the_digest_changes_with_any_byte() -> None:
    assert parse_gate("g", EXAMPLE.encode()).digest != parse_gate("g", (EXAMPLE + "# ").encode()).digest


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"gate\.yaml: cannot be read: No such file"):
        read_gate(tmp_path / "gate.yaml")


def of(rule: str) -> str:
    return f"version: 1\nrules:\n  - {{metric: AP, {rule}}}"


def beside(line: str) -> str:
    return f"version: 1\n{line}\nrules: [{{metric: AP, atLeast: 0}}]"


def waived(waiver: str) -> str:
    return f"version: 1\nrules: [{{metric: AP, atLeast: 0}}]\nwaivers:\n  - {{{waiver}}}"


REFUSED = {
    "a rule that is a text": ("version: 1\nrules:\n  - nDCG@10", "line 3, rules[1]: is 'nDCG@10'; it has to be keys"),
    "slices that are a text": (of("atLeast: 1, slices: age"), "rules[1].slices: is 'age'; it has to be a valid list"),
    "a long value in a wrong place": (
        of(f"atLeast: 1, minimum: [{'1, ' * 40}1]"),
        "rules[1].minimum: is [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,...; it has to be a",
    ),
    "a bound that was never finished": (
        of("atLeast:, notWorseBy: 0.1"),
        "line 3, rules[1].atLeast: has no value; give one, or leave the key out",
    ),
    "slices that were never named": (of("atLeast: 1, slices:"), "line 3, rules[1].slices: has no value"),
    "a rule that is empty": ("version: 1\nrules:\n  -\n", "rules[1]: has no value"),
    "a suite without bounds": (beside("suite:"), "line 2, suite: has no value"),
    "no mapping": ("- 1", "line 1: has to be a mapping; keys: version, confidence, suite, rules, waivers"),
    "no version": ("rules: [{metric: AP, atLeast: 0}]", "line 1, version: is missing"),
    "another version": ("version: 2\nrules: [{metric: AP, atLeast: 0}]", "line 1, version: is 2; it has to be 1"),
    "no rules": ("version: 1", "rules: is missing"),
    "an empty list of rules": ("version: 1\nrules: []", "line 2, rules: is []"),
    "an unknown key": ("version: 1\nrule: []", "line 2, rule: is an unknown key; did you mean rules?"),
    "an unknown key of a rule": (
        "version: 1\nrules:\n  - metric: AP\n    atleast: 0.3",
        "line 4, rules[1].atleast: is an unknown key; did you mean atLeast",
    ),
    "an unknown key of suite": (
        beside("suite: {maxage: 6d}"),
        "line 2, suite.maxage: is an unknown key; did you mean maxAge?",
    ),
    "an unknown key of a waiver": (
        waived("rule: 1, who: x"),
        "line 4, waivers[1].who: is an unknown key",
    ),
    "a key twice": ("version: 1\nversion: 1", "line 2, version: stands twice"),
    "no metric": ("version: 1\nrules:\n  - {atLeast: 1}", "line 3, rules[1].metric: is missing"),
    "a metric that is no text": ("version: 1\nrules:\n  - {metric: 5, atLeast: 1}", "line 3, rules[1].metric: is 5"),
    "no bound": ("version: 1\nrules:\n  - {metric: AP}", "line 3, rules[1]: has no bound; give one or more of atLeast"),
    "infinity": (of("atLeast: .inf"), "line 3, rules[1].atLeast: has to be a finite"),
    "no number": (of("atMost: .nan"), "line 3, rules[1].atMost: has to be a finite"),
    "a huge number": (of("atMost: 1e999"), "has to be a finite number"),
    "infinite confidence": ("version: 1\nconfidence: .inf\nrules: []", "line 2, confidence"),
    "confidence in per cent": (beside("confidence: 95"), "line 2, confidence"),
    "the error in place of the confidence": (
        beside("confidence: 0.05"),
        "line 2, confidence: is 0.05; it has to be greater than or equal to 0.5",
    ),
    "a truth for a number": (of("atLeast: true"), "has to be a number"),
    "a word for a number": (of("atLeast: high"), "has to be a number, and not 'high'"),
    "a margin below 0": (
        of("notWorseBy: -0.1"),
        "line 3, rules[1].notWorseBy: has to be 0 or more: which way is better belongs to the metric",
    ),
    "better by nothing": (of("betterBy: 0"), "rules[1].betterBy: has to be more than 0"),
    "suspicious of nothing": (of("notBetterBy: 0"), "has to be more than 0"),
    "a value in per cent": (
        of("atLeast: 8%"),
        "line 3, rules[1].atLeast: means 8% of the champion's value, which only notWorseBy, betterBy and notBetterBy "
        "can be; a share is written as 0.08",
    ),
    "a band that nothing is in": (
        of("atLeast: 0.4, atMost: 0.3"),
        "line 3, rules[1]: can never hold: atLeast 0.4 is above atMost 0.3",
    ),
    "a step that is suspicious": (
        of("betterBy: 0.4, notBetterBy: 0.3"),
        "can never hold: betterBy 0.4 is above notBetterBy 0.3",
    ),
    "an unknown level": (
        of("atLeast: 0, level: blok"),
        "line 3, rules[1].level: is 'blok'; it has to be 'block', 'warn' or 'watch'",
    ),
    "an unknown word for not told": (of("atLeast: 0, notTold: ok"), "rules[1].notTold: is"),
    "no unit needed": (of("atLeast: 0, minimum: 0"), "line 3, rules[1].minimum: is 0"),
    "a text for a count": (of("atLeast: 0, minimum: many"), "rules[1].minimum: is 'many'"),
    "slices of nothing": (of("atLeast: 0, slices: []"), "rules[1].slices: is []"),
    "an empty slice": (of("atLeast: 0, slices: [{}]"), "rules[1].slices[1]: has to be"),
    "an attribute twice": (
        "version: 1\nrules:\n  - metric: AP\n    atLeast: 0\n    slices:\n      - a\n      - [b, b]",
        "line 7, rules[1].slices[2]: names an attribute twice",
    ),
    "a slice of lists": (of("atLeast: 0, slices: [{a: [1]}]"), "has a value that is no text"),
    "an unknown unit of time": (
        beside("suite: {maxAge: 2m}"),
        "line 2, suite.maxAge: has the unit 'm', which is unknown; known: h, d, w",
    ),
    "an age without a unit": (beside("suite: {maxAge: 60}"), "has to be a length of time"),
    "an age of nothing": (beside("suite: {maxAge: 0d}"), "has to be more than 0"),
    "an endless age": (beside("suite: {maxAge: 1e300d}"), "longer than any suite lives"),
    "a judged share above 1": (beside("suite: {minJudged: 80}"), "suite.minJudged: is 80"),
    "a rule twice": (
        "version: 1\nrules:\n  - {metric: AP, atLeast: 0.3}\n  - {metric: AP, atLeast: 0.4, notWorseBy: 0}",
        "line 4, rules[2]: has atLeast for AP again, as rule 1 has; leave one of them",
    ),
    "a rule twice, with its slices in another order": (
        of("atLeast: 0.3, slices: [a, [b, c]]") + "\n  - {metric: AP, atLeast: 0.4, slices: [[c, b], a]}",
        "rules[2]: has atLeast for AP again",
    ),
    "rules that warn only": (
        "version: 1\nrules:\n  - {metric: AP, atLeast: 0.3, level: warn}\n  - {metric: AP, atLeast: 0.2, level: watch}",
        "rules: has no rule with level: block; one rule has to be able to stop a candidate",
    ),
    "a suite that blocks beside rules that do not": (
        "version: 1\nsuite: {minJudged: 0.5}\nrules:\n  - {metric: AP, atLeast: 0.3, level: warn}",
        "has no rule with level: block",
    ),
    "a waiver without a reason": (
        waived("rule: 1, by: Ada, reason: ' ', until: 2027-01-01"),
        "line 4, waivers[1].reason",
    ),
    "a waiver without an end": (
        waived("rule: 1, by: Ada, reason: x"),
        "line 4, waivers[1].until: is missing",
    ),
    "a day that there is not": (
        waived("rule: 1, by: Ada, reason: x, until: 2027-02-30"),
        "waivers[1].until: has to be a day, as in 2027-01-31, and not '2027-02-30'",
    ),
    "a waiver of rule 0": (
        waived("rule: 0, by: Ada, reason: x, until: 2027-02-03"),
        "waivers[1].rule: is 0",
    ),
}


@pytest.mark.parametrize(("text", "said"), [pytest.param(*case, id=name) for name, case in REFUSED.items()])
def test_refused_with_file_and_line(text: str, said: str) -> None:
    words = refusal(text)
    assert words.startswith("gate.yaml, line ")
    assert said in words


def test_the_first_mistake_of_several_is_the_one_that_is_said() -> None:
    assert "line 2" in refusal("version: 1\nconfidense: 1\nrules:\n  - {metric: AP, atleast: 1}")


def test_a_warning_beside_a_stricter_block_is_no_rule_twice() -> None:
    gate = make_gate("{metric: AP, atLeast: 0.3}", "{metric: AP, atLeast: 0.4, level: warn}")
    assert len(gate.rules) == 2


SCRAPS = [
    *"{}[]:-\n ~'\"|>?\t\x00\u2028é",
    "null", "1e999", ".nan", "2%", "&a", "*a", "!!int ", "!!float x", "<<: ", "9" * 400, "slices: ", "until: ", "true",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_written_is_read_or_refused_with_its_place(seed: int) -> None:
    """A gate with a few slips of the hand: scraps put in, and pieces taken out."""
    random, text = Random(seed), EXAMPLE
    for _ in range(random.randint(1, 3)):
        at, cut = random.randrange(len(text) + 1), random.choice([0, 0, 1, 5, 12])
        text = text[:at] + random.choice(SCRAPS) + text[at + cut :]
    try:
        said = f"gate.yaml has {len(parse_gate('gate.yaml', text.encode()).rules)} rules"
    except Unusable as refused:
        said = str(refused)
    assert said.startswith("gate.yaml")
