"""Decides of each disturbed request whether what must hold does, in words. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import Held
from interleaver.lab.measures.overlapping import overlap

from .demands import SAME, Demand
from .plan import Case, Plan

ROUNDING = 1e-9
"""What sums may be off by, and equal scores differ by."""


@dataclass(frozen=True)
class Checked:
    """What came of one disturbed request."""

    case: str
    kind: str
    detail: str
    held: Held
    words: str
    overlap: float | None
    """With the undisturbed answer, where both are lists."""
    refused: bool
    milliseconds: float


def judge(plan: Plan, answers: Answers, depth: int, within: float) -> list[Checked]:
    """Every case by one model's answers. `within` is how long one may take, in seconds."""
    return [judge_case(case, answers, depth, within) for case in plan.cases]


def judge_case(case: Case, answers: Answers, depth: int, within: float) -> Checked:
    """One case."""
    before, after = (State(int(answers.states[row])) for row in (case.base_row, case.row))
    both = before is after is State.ANSWERED
    alike = measure_overlap(answers, case, depth) if both and answers.rankings is not None else None
    made = case.disturbed
    untold = find_untold(case, answers, before, after)
    problems = [] if untold else list(list_problems(case, answers, after, alike, within, both=both))
    held = Held.NOT_TOLD if untold else Held.BROKEN if problems else Held.HELD
    words = untold or "; ".join(problems)
    milliseconds = float(answers.milliseconds[case.row])
    return Checked(case.base, made.kind, made.detail, held, words, alike, after is State.REFUSED, milliseconds)


def find_untold(case: Case, answers: Answers, before: State, after: State) -> str:
    """Why nothing can be said: the model does not answer the undisturbed request, or was not asked."""
    if after is State.NOT_ASKED:
        return answers.words[case.row]
    if before is not State.ANSWERED:
        return f"the undisturbed request got no answer: {answers.words[case.base_row]}"
    return ""


def list_problems(
    case: Case, answers: Answers, after: State, alike: float | None, within: float, *, both: bool
) -> Iterator[str]:
    """What is wrong with the answer to a disturbed request."""
    demand = case.disturbed.demand
    if after is not State.ANSWERED and not (after is State.REFUSED and demand.refusable):
        yield answers.words[case.row] or "no answer"
    if answers.milliseconds[case.row] > 1000 * within:
        yield f"it took {answers.milliseconds[case.row]:.0f} ms, and may take {1000 * within:.0f}"
    if alike is not None and demand.overlap is not None and alike < demand.overlap - ROUNDING:
        wanted = "the same list is wanted" if demand.overlap == SAME else f"at least {demand.overlap:g} is wanted"
        yield f"overlap {alike:.3f} with the undisturbed list; {wanted}"
    if both:
        yield from list_turned(demand, case, answers)


def list_turned(demand: Demand, case: Case, answers: Answers) -> Iterator[str]:
    """What went the wrong way."""
    if answers.scores is not None:
        before, after = (float(answers.scores[row]) for row in (case.base_row, case.row))
        if demand.overlap == SAME and abs(after - before) > ROUNDING:
            yield f"the score went from {before:g} to {after:g}; the same is wanted"
        if demand.never_falls is not None and after < before - ROUNDING:
            yield f"the score fell from {before:g} to {after:g}"
        if demand.never_rises is not None and after > before + ROUNDING:
            yield f"the score rose from {before:g} to {after:g}"
    if answers.rankings is not None:
        lists = answers.rankings[case.base_row], answers.rankings[case.row]
        if demand.never_falls is not None and place(demand.never_falls, lists[1]) > place(demand.never_falls, lists[0]):
            yield f"{demand.never_falls} {say_move(demand.never_falls, *lists)}, and must not fall"
        if demand.never_rises is not None and place(demand.never_rises, lists[1]) < place(demand.never_rises, lists[0]):
            yield f"{demand.never_rises} {say_move(demand.never_rises, *lists)}, and must not rise"


def say_move(item: str, before: Sequence[str], after: Sequence[str]) -> str:
    """From where to where an item went."""
    said = [f"place {place(item, ranking) + 1}" if item in ranking else "outside" for ranking in (before, after)]
    return f"went from {said[0]} to {said[1]}"


def place(item: str, ranking: Sequence[str]) -> int:
    """Where an item stands, from 0; behind the longest list where it does not."""
    return ranking.index(item) if item in ranking else 10**9


def measure_overlap(answers: Answers, case: Case, depth: int) -> float:
    """Rank-biased overlap of the undisturbed and the disturbed list. Two empty ones are the same."""
    assert answers.rankings is not None
    one, other = answers.rankings[case.base_row], answers.rankings[case.row]
    if list(one) == list(other):
        return SAME
    codes = {item: code for code, item in enumerate(dict.fromkeys([*one, *other]))}
    rows = [np.array([[codes[item] for item in ranking] + [-1] * depth], dtype=np.int32) for ranking in (one, other)]
    return float(overlap(rows[0], rows[1], depth)[0])
