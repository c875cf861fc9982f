"""Items that a suite judges as a text and a model answers as a number, or the other way round: no two are one item."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Final

from interleaver.lab.asking.answers import Answers
from interleaver.lab.suites.suite import Suite

LOOKED_AT: Final = 1_000  # lists: a model answers ids of one type or of the other


def warn_types(who: str, suite: Suite, model: Answers) -> Iterator[str]:
    """Words for items that would be judged if their ids were of the other type."""
    if suite.judgments is None or model.rankings is None:
        return
    lists = islice((each for each in model.rankings if each), LOOKED_AT)
    pairs = find_pairs(suite.judgments.vocabulary, sorted(set().union(*lists)))
    if pairs:
        answered, judged = pairs[0]
        yield (
            f"{who}: {len(pairs):,} items or more are answered as {answered} and the like, and judged as {judged}: ids "
            "of two types are two items, so that they count as unjudged; let suite and model agree"
        )


def find_pairs(judged: Collection[str], answered: Sequence[str]) -> list[tuple[str, str]]:
    """Items that were answered and not judged, each with the judged one of the other type, in JSON spelling."""
    known = set(judged)
    retyped = ((item, item[1:-1] if item.startswith('"') else f'"{item}"') for item in answered if item not in known)
    return [(item, other) for item, other in retyped if other in known]
