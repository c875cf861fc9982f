"""Decides corner cases: whether each answer is what was demanded, in words; together a count for a gate. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import CornerOutcome, Evaluation, Held, Trial
from interleaver.lab.measures.names import parse
from interleaver.lab.measures.verdicts import tell_count
from interleaver.lab.suites.corner import Corner, Corners, Shown
from interleaver.lab.terms.figure import WHOLE, Estimate, Figure, Verdict
from interleaver.lab.terms.metric import Metric, Task

FAILURES: Final[Metric] = parse("corner_failures", Task.RANKING).metric
NO_ANSWER: Final = (State.FAILED, State.NOT_ASKED)


def add_corners(
    evaluation: Evaluation, corners: Corners, champion: Answers | None, candidates: Sequence[Answers]
) -> Evaluation:
    """The evaluation with its corner cases: what each model did in each, and how many each failed.

    The answers are those to `corners.suite`, candidates in the order of the evaluation's trials.
    """
    first = () if champion is None else decide(corners, champion)
    trials = [
        add_to_trial(trial, first if champion else None, decide(corners, answers))
        for trial, answers in zip(evaluation.trials, candidates, strict=True)
    ]
    metrics = {**evaluation.metrics, FAILURES.name: FAILURES}
    return replace(evaluation, trials=trials, metrics=metrics, champion_corners=first)


def add_to_trial(trial: Trial, champion: Sequence[CornerOutcome] | None, candidate: Sequence[CornerOutcome]) -> Trial:
    """A trial with its corner cases, in place of what may have been said of them before."""
    others = [figure for figure in trial.figures if figure.metric != FAILURES.name]
    return replace(trial, figures=[*others, make_figure(champion, candidate)], corners=candidate)


def make_figure(champion: Sequence[CornerOutcome] | None, candidate: Sequence[CornerOutcome]) -> Figure:
    """How many cases failed. It is a count of these very cases, and has no interval."""
    first, second = count(champion or ()), count(candidate)
    figure = Figure(FAILURES.name, WHOLE, len(candidate), len(candidate), None, second, None, None)
    figure = replace(figure, champion=first if champion is not None else None)
    why = list_untold(champion or (), candidate)
    if why:
        return replace(figure, verdict=None if champion is None else Verdict.NOT_TOLD, why=why)
    if champion is None or first is None or second is None:
        return figure
    difference = FAILURES.direction.sign * (second.value - first.value)
    return replace(figure, difference=Estimate(difference), verdict=tell_count(difference))


def count(outcomes: Sequence[CornerOutcome]) -> Estimate | None:
    """Cases that failed; None where one got no answer, for nobody knows then."""
    if any(outcome.held is Held.NOT_TOLD for outcome in outcomes):
        return None
    return Estimate(float(sum(outcome.held is Held.BROKEN for outcome in outcomes)))


def list_untold(*models: Sequence[CornerOutcome]) -> str:
    """Why the count is not told; empty where it is."""
    missing = [outcome.case for outcomes in models for outcome in outcomes if outcome.held is Held.NOT_TOLD]
    return f"{len(missing)} corner cases got no answer, among them {missing[0]!r}" if missing else ""


def decide(corners: Corners, answers: Answers) -> list[CornerOutcome]:
    """Each case of a suite's corners by one model's answers to them."""
    rows = {corner.name: row for row, corner in enumerate(corners.cases)}
    return [
        decide_case(corner, row, answers, rows.get(corner.same_as or "")) for row, corner in enumerate(corners.cases)
    ]


def decide_case(corner: Corner, row: int, answers: Answers, other: int | None) -> CornerOutcome:
    """One case. `other` is the row of the case whose answer must be the same."""
    for each in (row, other):
        if each is not None and State(int(answers.states[each])) in NO_ANSWER:
            return CornerOutcome(corner.name, Held.NOT_TOLD, f"no answer: {answers.words[each]}")
    problems = "; ".join(list_problems(corner, row, answers, State(int(answers.states[row])), other))
    return CornerOutcome(corner.name, Held.BROKEN if problems else Held.HELD, problems)


def list_problems(corner: Corner, row: int, answers: Answers, state: State, other: int | None) -> Iterator[str]:
    """What is wrong with an answer."""
    if corner.must_be == "refused":
        if state is not State.REFUSED:
            yield "it was answered, and must be refused" if state is State.ANSWERED else answers.words[row]
        return
    if state is not State.ANSWERED:
        yield f"it was not answered: {answers.words[row]}"
        return
    if answers.rankings is not None:
        yield from list_ranking_problems(corner, answers.rankings[row])
    if answers.scores is not None:
        yield from list_bounds(corner, float(answers.scores[row]), "the score is")
    if other is not None and not is_same(answers, row, other):
        yield f"the answer is not that of {corner.same_as!r}"


def list_ranking_problems(corner: Corner, ranking: Sequence[str]) -> Iterator[str]:
    """What is wrong with a list."""
    if corner.must is not None:
        for item in corner.must.items:
            if item not in ranking[: corner.must.within]:
                yield f"{item} {say_place(item, ranking)}, and must stand {say_within(corner.must)}"
    if corner.must_not is not None:
        for item in corner.must_not.items:
            if item in ranking[: corner.must_not.within]:
                yield f"{item} {say_place(item, ranking)}, and must not stand {say_within(corner.must_not)}"
    yield from list_bounds(corner, len(ranking), "the number of items is")


def list_bounds(corner: Corner, value: float, words: str) -> Iterator[str]:
    """What is wrong with a number of items, or a score. Bounds are inclusive."""
    if corner.at_least is not None and value < corner.at_least:
        yield f"{words} {value:g}, and must be at least {corner.at_least:g}"
    if corner.at_most is not None and value > corner.at_most:
        yield f"{words} {value:g}, and must be at most {corner.at_most:g}"


def say_place(item: str, ranking: Sequence[str]) -> str:
    """Where an item stands, and if it is an id of another type that does."""
    if item in ranking:
        return f"stands at place {ranking.index(item) + 1}"
    twin = item[1:-1] if item.startswith('"') else f'"{item}"'
    return "is not in the list" + (f", but {twin} is, which is another id" if twin in ranking else "")


def say_within(shown: Shown) -> str:
    """How far down the list it is looked for."""
    return "in the list" if shown.within is None else f"in the first {shown.within}"


def is_same(answers: Answers, row: int, other: int) -> bool:
    """Whether two cases have the same answer."""
    if State(int(answers.states[other])) is not State.ANSWERED:
        return False
    if answers.rankings is not None:
        return list(answers.rankings[row]) == list(answers.rankings[other])
    return answers.scores is not None and bool(answers.scores[row] == answers.scores[other])
