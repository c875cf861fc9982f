"""From lists to a verdict: a suite of rankings, its evaluation and a gate, with nothing made by hand between them."""

from dataclasses import replace
from typing import Final

import numpy as np

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.gate.checking import check_gate
from interleaver.lab.gate.deciding import judge as decide
from interleaver.lab.gate.outcome import GateResult, Outcome
from interleaver.lab.gate.reading import parse_gate, wanted
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Verdict
from tests.unit.lab.evaluation.rankings import answer, judge

from .gates import NOW

QUERIES: Final = 240
DRAMA: Final = 60
FIRST, LAST = ["a", "b", "c", "d"], ["b", "c", "d", "a"]
RULES: Final = """\
version: 1
rules:
  - {metric: nDCG@5, betterBy: 0.05, notWorseBy: 0}
  - {metric: nDCG@5, notWorseBy: 0.05, slices: [genre], minimum: 30}
"""


def make_films() -> Suite:
    """240 queries of as many people, 60 of them for dramas; the one relevant film is `a`."""
    grades = {f"q{row}": {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0} for row in range(QUERIES)}
    return judge(grades, {"genre": ["drama" if row < DRAMA else "comedy" for row in range(QUERIES)]})


def rank(suite: Suite, right: set[int], model: str, wrong: list[str] = LAST) -> Answers:
    """A model that puts the relevant film first for these queries, and `wrong` for the others."""
    return answer(suite, {f"q{row}": FIRST if row in right else wrong for row in range(QUERIES)}, model)


def run(champion: Answers | None, candidate: Answers, rules: str = RULES, *, unwanted: bool = False) -> GateResult:
    suite = replace(make_films(), unjudged_unwanted=unwanted)
    gate = parse_gate("gate.yaml", rules.encode())
    check_gate(gate, suite, NOW)
    metrics, cuts = wanted(gate)
    settings = Settings(confidence=gate.confidence, resamples=200, metrics=metrics, cuts=cuts)
    evaluation = evaluate_ranking(suite, champion, [candidate], settings)
    return decide(gate, evaluation, evaluation.trials[0], NOW)


def tell(result: GateResult) -> list[tuple[int, str, Outcome]]:
    """Rule, genre and outcome."""
    return [(said.rule, dict(said.slice).get("genre") or "all", said.outcome) for said in result.judgements]


def test_a_candidate_that_is_better_overall_and_worse_for_one_genre_is_stopped() -> None:
    suite = make_films()
    champion = rank(suite, set(range(0, QUERIES, 2)), "http://champion")
    comedian = rank(suite, set(range(DRAMA, QUERIES)), "http://candidate")
    result = run(champion, comedian)
    assert tell(result) == [
        (1, "all", Outcome.PASSED),
        (1, "all", Outcome.PASSED),
        (2, "comedy", Outcome.PASSED),
        (2, "drama", Outcome.FAILED),
    ]
    assert [said.verdict for said in result.judgements] == [
        Verdict.BETTER,
        Verdict.BETTER,
        Verdict.BETTER,
        Verdict.WORSE,
    ]
    assert (result.passed, result.exit_code) == (False, 1)
    assert [dict(failure.slice) for failure in result.failures] == [{"genre": "drama"}]


def test_without_the_rule_on_slices_the_same_candidate_would_pass() -> None:
    suite = make_films()
    champion = rank(suite, set(range(0, QUERIES, 2)), "http://champion")
    comedian = rank(suite, set(range(DRAMA, QUERIES)), "http://candidate")
    assert run(champion, comedian, RULES.rpartition("  - ")[0]).passed


def test_a_model_compared_with_itself_is_not_told_by_name() -> None:
    suite = make_films()
    champion, again = (rank(suite, set(range(0, QUERIES, 2)), model) for model in ("http://champion", "http://again"))
    result = run(champion, again)
    assert {said.outcome for said in result.judgements} == {Outcome.NOT_TOLD}
    assert all("the same answers throughout" in said.words for said in result.judgements)
    assert not result.passed


def test_nobody_is_better_than_a_champion_that_answered_nothing() -> None:
    suite = make_films()
    candidate = rank(suite, set(range(0, QUERIES, 2)), "http://candidate")
    dead = replace(
        candidate,
        model="http://champion",
        states=np.full(QUERIES, State.REFUSED, dtype=np.int8),
        words=["status 404 Not Found"] * QUERIES,
        rankings=[()] * QUERIES,
        digest="d" * 64,
    )
    result = run(dead, candidate)
    assert {said.outcome for said in result.judgements} == {Outcome.NOT_TOLD}
    assert all("status 404 Not Found" in said.words for said in result.judgements)


def test_a_candidate_that_shows_what_nobody_judged_is_not_told() -> None:
    """Its films may all be right: as 0 they are worse, at their best they are better."""
    suite = make_films()
    champion = rank(suite, set(range(0, QUERIES, 2)), "http://champion")
    stranger = rank(suite, set(), "http://candidate", wrong=["x", "y", "z", "a"])
    result = run(champion, stranger, "version: 1\nrules: [{metric: nDCG@5, notWorseBy: 0.05}]")
    assert [said.outcome for said in result.judgements] == [Outcome.NOT_TOLD]
    assert result.failures[0].words.startswith("depends on how unjudged items are counted: failed with them as 0, ")


def test_enough_has_to_be_judged_of_what_the_candidate_shows() -> None:
    suite = make_films()
    champion = rank(suite, set(range(QUERIES)), "http://champion")
    stranger = rank(suite, set(), "http://candidate", wrong=["a", "x", "y", "z"])
    rules = "version: 1\nsuite: {minJudged: 0.7}\nrules: [{metric: RR@5, notWorseBy: 0.05}]"
    result = run(champion, stranger, rules)
    assert [(said.bound, said.outcome) for said in result.judgements[:2]] == [
        ("minJudged 0.7 (champion)", Outcome.PASSED),
        ("minJudged 0.7 (candidate)", Outcome.FAILED),
    ]


def test_a_first_model_passes_on_its_value_and_what_compares_is_not_applicable() -> None:
    rules = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.5, notWorseBy: 0.01}, {metric: flips, atMost: 0}]"
    result = run(None, rank(make_films(), set(range(QUERIES - 40)), "http://first"), rules)
    assert [said.outcome for said in result.judgements] == [
        Outcome.PASSED,
        Outcome.NOT_APPLICABLE,
        Outcome.NOT_APPLICABLE,
    ]
    assert (result.passed, result.first_model) == (True, True)


def test_flips_are_bounded_like_any_share() -> None:
    suite = make_films()
    champion, candidate = (
        rank(suite, set(range(QUERIES)), "http://champion"),
        answer(suite, {f"q{row}": FIRST if row % 4 else ["b", "c", "d"] for row in range(QUERIES)}, "http://candidate"),
    )
    result = run(champion, candidate, "version: 1\nrules: [{metric: flips, atMost: 0.02}]")
    assert [said.outcome for said in result.judgements] == [Outcome.FAILED]


def test_errors_and_latency_are_decided_too() -> None:
    suite = make_films()
    champion = rank(suite, set(range(QUERIES)), "http://champion")
    times = np.random.default_rng(3).uniform(20, 100, QUERIES)
    lists = {f"q{row}": FIRST for row in range(QUERIES - 3)}
    deaf = answer(
        suite, lists, "http://candidate", milliseconds=np.where(np.arange(QUERIES) < QUERIES - 3, times, np.nan)
    )
    rules = "version: 1\nrules: [{metric: errors, atMost: 2}, {metric: latency_p99_ms, atMost: 120 ms}]"
    result = run(champion, deaf, rules)
    assert [(said.metric, said.outcome) for said in result.judgements] == [
        ("errors", Outcome.FAILED),
        ("latency_p99_ms", Outcome.PASSED),
    ]
    assert result.judgements[0].words == "value 3, above 2 cases"


STRANGE: Final = ["x", "y", "z", "a"]


def test_a_value_that_unjudged_items_may_lift_over_its_bound_is_not_told() -> None:
    """Every list begins with three films that nobody judged: its one right film comes first once they are left out."""
    stranger = rank(make_films(), set(), "http://stranger", wrong=STRANGE)
    rules = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.9}]"
    champion = rank(make_films(), set(range(QUERIES)), "http://champion")
    for other in (champion, None):
        (said, *_) = run(other, stranger, rules).judgements
        assert said.outcome is Outcome.NOT_TOLD
        assert said.words.startswith(
            "depends on how unjudged items are counted: failed with them as 0, passed with them left out, "
        )


def test_a_value_that_unjudged_items_may_pull_below_its_bound_is_not_told() -> None:
    """The first film is right and the fifth one nobody judged: if it is right, too, half of what is right is found."""
    stranger = rank(make_films(), set(), "http://stranger", wrong=["a", "b", "c", "d", "x"])
    rules = "version: 1\nrules: [{metric: R@4, atLeast: 0.9}]"
    (said, *_) = run(None, stranger, rules).judgements
    assert said.outcome is Outcome.NOT_TOLD
    assert "passed with them as 0, failed with them as the best grade" in said.words


def test_where_the_suite_says_that_what_nobody_judged_is_unwanted_a_value_is_decided_one_way() -> None:
    stranger = rank(make_films(), set(), "http://stranger", wrong=STRANGE)
    rules = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.9}]"
    (said, *_) = run(None, stranger, rules, unwanted=True).judgements
    assert said.outcome is Outcome.FAILED
    lost = rank(make_films(), set(), "http://stranger", wrong=["a", "b", "c", "d", "x"])
    (said, *_) = run(None, lost, "version: 1\nrules: [{metric: R@4, atLeast: 0.9}]", unwanted=True).judgements
    assert said.outcome is Outcome.PASSED


def test_a_value_that_no_unjudged_item_changes_is_decided_as_it_stands() -> None:
    """Unjudged films that only one genre shows leave the verdict on the other as it is."""
    suite = make_films()
    lists = {f"q{row}": (STRANGE if row < DRAMA else FIRST) for row in range(QUERIES)}
    result = run(
        None,
        answer(suite, lists, "http://stranger"),
        "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.9, slices: [genre]}]",
    )
    assert tell(result) == [(1, "comedy", Outcome.PASSED), (1, "drama", Outcome.NOT_TOLD)]


def test_flips_that_unjudged_items_may_undo_are_not_told() -> None:
    """Success at the first depth: the candidate shows strangers alone, which may all be right."""
    suite = make_films()
    champion = rank(suite, set(range(QUERIES)), "http://champion")
    stranger = rank(suite, set(), "http://stranger", wrong=["x", "y", "z"])
    result = run(champion, stranger, "version: 1\nrules: [{metric: flips, atMost: 0.1}]")
    assert result.judgements[0].outcome is Outcome.NOT_TOLD
    assert "failed with them as 0, passed with them as the best grade" in result.judgements[0].words
    result = run(champion, stranger, "version: 1\nrules: [{metric: flips, atMost: 0.1}]", unwanted=True)
    assert result.judgements[0].outcome is Outcome.FAILED
