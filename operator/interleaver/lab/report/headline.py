"""The verdict in words: what a reader who reads only three sentences must know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.gate.outcome import GateResult, Judgement, Outcome
from interleaver.lab.terms.figure import Verdict, name_slice

from .rows import is_whole

NAMED_FAILURES = 3


@dataclass(frozen=True)
class Headline:
    """The verdict. `tone` is good, bad or open: how the box looks, beside what the words say."""

    tone: str
    title: str
    sentences: Sequence[str]
    more: str = ""
    """The one of them that the page links to the gate's table; empty where none is."""


def make_headline(evaluation: Evaluation, trial: Trial, gate: GateResult | None) -> Headline:
    """What may be said of one candidate."""
    summary = [*summarise(evaluation, trial)]
    if evaluation.partial or (gate and gate.partial):
        words = "A server did not answer everything that was asked, or the run was ended. Go on with it and look again."
        return Headline("bad", "This evaluation is partial: it decides nothing.", [words, *summary])
    if gate is None:
        return Headline("open", "No gate was given: nothing was decided.", summary)
    if gate.passed:
        return Headline("good", "The candidate passed the gate: it is worth a live trial.", [*praise(gate), *summary])
    more = tell_more(gate)
    return Headline("bad", "The candidate did not pass the gate.", [*blame(gate), *more, *summary], "".join(more))


def praise(gate: GateResult) -> Sequence[str]:
    """What stands behind a passed gate, and what it passed in spite of."""
    outcomes = Counter(judgement.outcome for judgement in gate.judgements)
    held, all_of_them = outcomes[Outcome.PASSED], len(gate.judgements)
    words = [f"{held} of {count(all_of_them, 'check')} hold, and none of the others blocks."]
    if held == all_of_them:
        words = [f"All of {count(all_of_them, 'check')} hold."]
    warned = [one for one in gate.judgements if is_concern(one)]
    if warned:
        words.append(f"{count(len(warned), 'check')} did not hold and only warn{'s' if len(warned) == 1 else ''}.")
    if gate.first_model:
        words.append("There is no champion: only values were checked, nothing was compared.")
    return words


def is_concern(judgement: Judgement) -> bool:
    """Whether somebody should look at a check although it keeps nobody back."""
    return judgement.warns and judgement.outcome in (Outcome.FAILED, Outcome.NOT_TOLD)


def blame(gate: GateResult) -> Sequence[str]:
    """What keeps the candidate back: how much, and the first few by name, what failed before what is not told."""
    failures = sorted(gate.failures, key=lambda one: one.outcome is not Outcome.FAILED)
    words = [
        f"{count(len(failures), 'check')} of {len(gate.judgements)} keep{'s' if len(failures) == 1 else ''} it back."
    ]
    words += [f"{one.metric} on {name_slice(one.slice)}: {one.words}" for one in failures[:NAMED_FAILURES]]
    return words


def tell_more(gate: GateResult) -> Sequence[str]:
    """That more keeps it back than is named here, where it does."""
    rest = len(gate.failures) - NAMED_FAILURES
    return [f"and {rest:,} more, in the table of the gate"] if rest > 0 else []


def summarise(evaluation: Evaluation, trial: Trial) -> Sequence[str]:
    """How the candidate stands against the champion, on the whole and on slices."""
    if evaluation.champion is None:
        return ["There was no champion to compare with."]
    whole = Counter(figure.verdict for figure in trial.figures if is_whole(figure))
    parts = Counter(figure.verdict for figure in trial.figures if not is_whole(figure))
    words = [f"On the whole suite the candidate is {show_counts(whole)} of {count(total(whole), 'figure')}."]
    if total(parts):
        words.append(f"On slices it is {show_counts(parts)} of {count(total(parts), 'figure')}.")
    return words


def show_counts(verdicts: Counter[Verdict | None]) -> str:
    """`better in 3, worse in 1, not told apart in 8`: what there is, in this order."""
    parts = [f"{verdict} in {verdicts[verdict]:,}" for verdict in Verdict if verdicts[verdict]]
    return ", ".join(parts) or "measured in none"


def total(verdicts: Counter[Verdict | None]) -> int:
    return sum(number for verdict, number in verdicts.items() if verdict)


def count(number: int, noun: str) -> str:
    """`1 check`, `2 checks`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
