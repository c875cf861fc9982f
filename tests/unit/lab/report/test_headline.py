"""The verdict in words."""

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.outcome import GateResult, Level, Outcome
from interleaver.lab.report.headline import Headline, make_headline
from tests.unit.lab.builders import make_evaluation, make_gate_result, make_judgement


def tell(evaluation: Evaluation, gate: GateResult | None) -> Headline:
    """What is said of the first candidate."""
    return make_headline(evaluation, evaluation.trials[0], gate)


def test_a_partial_evaluation_decides_nothing_whatever_the_gate_says() -> None:
    told = tell(make_evaluation(failed=3), make_gate_result(passed=True))
    assert (told.tone, told.title) == ("bad", "This evaluation is partial: it decides nothing.")


def test_without_a_gate_nothing_was_decided() -> None:
    assert tell(make_evaluation(), None).title == "No gate was given: nothing was decided."


def test_a_gate_that_failed_names_what_blocks() -> None:
    told = tell(make_evaluation(), make_gate_result(passed=False))
    assert told.sentences[0] == "1 check of 3 keeps it back."
    assert told.sentences[1].startswith("nDCG@10 on age_group=60+, gender=f: the interval's low end")


def test_of_many_failures_only_the_first_are_named() -> None:
    failures = [make_judgement(Outcome.FAILED, rule=rule) for rule in range(1, 10)]
    told = tell(make_evaluation(), make_gate_result(passed=False, judgements=failures))
    assert sum("the interval's low end" in sentence for sentence in told.sentences) == 3


def test_what_failed_is_named_before_what_is_not_told_and_the_rest_is_counted() -> None:
    untold = [make_judgement(Outcome.NOT_TOLD, rule=rule, words="few people") for rule in range(1, 5)]
    failed = make_judgement(Outcome.FAILED, rule=5)
    told = tell(make_evaluation(), make_gate_result(passed=False, judgements=[*untold, failed]))
    assert "the interval's low end" in told.sentences[1]
    assert all(sentence.endswith("few people") for sentence in told.sentences[2:4])
    assert told.sentences[4] == "and 2 more, in the table of the gate"
    assert told.more == told.sentences[4]


def test_where_all_that_blocks_is_named_nothing_more_is_promised() -> None:
    failures = [make_judgement(Outcome.FAILED, rule=rule) for rule in range(1, 4)]
    assert tell(make_evaluation(), make_gate_result(passed=False, judgements=failures)).more == ""


def test_a_passed_gate_says_what_it_passed_in_spite_of() -> None:
    warned = make_judgement(Outcome.NOT_TOLD, level=Level.WARN, blocks=False, warns=True)
    told = tell(make_evaluation(), make_gate_result(judgements=[make_judgement(), warned]))
    assert told.sentences[:2] == [
        "1 of 2 checks hold, and none of the others blocks.",
        "1 check did not hold and only warns.",
    ]


def test_where_everything_holds_that_is_said() -> None:
    assert tell(make_evaluation(), make_gate_result()).sentences[0] == "All of 2 checks hold."


def test_verdicts_are_counted_apart_on_the_whole_and_on_slices() -> None:
    told = tell(make_evaluation(), None)
    assert told.sentences[0] == "On the whole suite the candidate is better in 4 of 4 figures."
    assert "worse in" in told.sentences[1]
