"""What a reader must know of answers, whatever the task."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from interleaver.lab.asking.answers import Answers, State, agree


def warn_same(champion: Answers | None, candidate: Answers, what: str) -> Iterator[str]:
    """A model that is compared with itself, as happens where an address is given twice, shows nothing."""
    if champion and agree(champion, candidate):
        yield f"champion and candidate gave the same {what} throughout: is one model given twice?"


def warn_unanswered(who: str, model: Answers) -> Iterator[str]:
    """Answers that cannot be measured count as the worst there is: whoever reads the figures must know why."""
    odd = np.flatnonzero(np.isin(model.states, (State.REFUSED, State.UNREADABLE))).tolist()
    if odd:
        ((most, _),) = Counter(model.words[row] for row in odd).most_common(1)
        yield f"{who}: {len(odd)} of {len(model.states)} cases have no answer to measure, most often: {most}"


def warn_again(who: str, model: Answers) -> Iterator[str]:
    """Answers that change by themselves are noise in every figure."""
    if model.answered_differently:
        yield f"{who}: {model.answered_differently} of {model.asked_twice} requests got another answer when asked again"
