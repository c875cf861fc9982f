"""The outcomes of all cases as arrays: what the other rooms work with."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from interleaver.lab.terms.metric import Task

from .answers import Answers, State
from .outcome import Outcome

UNASKED: Final = Outcome(State.NOT_ASKED)


def assemble(
    model: str,
    task: Task,
    outcomes: Sequence[Outcome | None],
    second: Mapping[int, Outcome],
    stopped: str = "",
    interrupted: bool = False,
) -> Answers:
    """One model's answers. `second` has, by row, what came of asking again; a case that was not asked is None."""
    rows = [UNASKED if outcome is None else outcome for outcome in outcomes]
    contents = [row.content for row in rows]
    ranks, scores = task is Task.RANKING, [np.nan if each is None else each.score for each in contents]
    compared = compare(rows, second)
    return Answers(
        model=model,
        states=np.array([row.state for row in rows], dtype=np.int8),
        # To the microsecond, as the file has them: a run that is gone on with comes to the same figures.
        milliseconds=np.array([round(row.milliseconds, 3) for row in rows], dtype=np.float64),
        sizes=np.array([row.size for row in rows], dtype=np.int64),
        words=[row.words or (stopped if row is UNASKED else "") for row in rows],
        rankings=[(each and each.ranking) or () for each in contents] if ranks else None,
        scores=None if ranks else np.array(scores, dtype=np.float64),
        duplicates=sum(each.duplicates for each in contents if each is not None),
        asked_twice=len(compared),
        answered_differently=compared.count(False),
        retries=sum(row.retries for row in [*rows, *second.values()]),
        stopped=stopped,
        interrupted=interrupted,
        digest=digest_rows(rows),
    )


def compare(rows: Sequence[Outcome], second: Mapping[int, Outcome]) -> list[bool]:
    """Of each case that was answered both times, whether the answers are the same."""
    pairs = [(rows[row].content, outcome.content) for row, outcome in second.items()]
    return [first.is_like(again) for first, again in pairs if first is not None and again is not None]


def digest_rows(rows: Sequence[Outcome]) -> str:
    """SHA-256 in hex over what was said to each case, in order; not over how long it took."""
    digest = hashlib.sha256()
    for row in rows:
        content = row.content
        said = "" if content is None else repr(content.score) if content.ranking is None else ",".join(content.ranking)
        digest.update(b"%d %b\n" % (row.state, said.encode()))
    return digest.hexdigest()
