"""Attacks on a model that scores pictures: which samples, which searches, what is a success."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interleaver.lab.suites.suite import Request, Suite

from .attempts import Attempt, Proposal, Search
from .corruptions import Picture, decode, encode, to_picture, to_points
from .imitations import IMITATIONS
from .picture_searches import SEARCHES, Points, Trying
from .scoring import read_picture, wrap


@dataclass(frozen=True)
class Target:
    """A sample that a model decides rightly, and may be brought to decide otherwise."""

    suite: Suite
    row: int
    threshold: float
    decided: bool
    """Whether its score is at least the threshold."""

    def succeeds(self, score: float) -> bool:
        """Whether the decision is another one."""
        return (score >= self.threshold) != self.decided

    def measure(self, score: float) -> float:
        """How far a score is from the other decision."""
        return score - self.threshold if self.decided else self.threshold - score


def find_targets(suite: Suite, rows: Sequence[int], scores: Mapping[int, float]) -> list[Target]:
    """The samples of these rows that were answered, and decided as their label says."""
    assert suite.cases.labels is not None
    threshold = suite.threshold
    assert threshold is not None
    rights = [row for row in rows if row in scores and (scores[row] >= threshold) == bool(suite.cases.labels[row])]
    return [Target(suite, row, threshold, scores[row] >= threshold) for row in rights]


def make_attempts(target: Target, sizes: Sequence[int], limit: int, seed: int) -> Iterator[Attempt[float]]:
    """Every attack of one sample."""
    name = target.suite.cases.ids[target.row]
    picture = decode(read_picture(target.suite, target.row))
    points = np.rint(to_points(picture) * 255).astype(np.int64)
    for place, (attack, search) in enumerate(SEARCHES.items()):
        for size in sizes:
            chance = np.random.default_rng((seed, target.row, place, size))
            trying = search(points, size, limit, chance)
            yield Attempt(name, attack, size, follow(target, trying, picture, points), limit)
    for attack in IMITATIONS:
        yield Attempt(name, attack, 0, imitate(target, attack, picture), 1)


def follow(target: Target, trying: Trying, picture: Picture, points: Points) -> Search[float]:
    """A search over points as one over requests; it ends with the first success."""
    try:
        tried = next(trying)
        while True:
            score = yield propose(target, to_picture(tried / 255, picture), int(np.abs(tried - points).max()))
            if score is not None and target.succeeds(score):
                return
            tried = trying.send(None if score is None else target.measure(score))
    except StopIteration:
        return


def imitate(target: Target, attack: str, picture: Picture) -> Search[float]:
    """A fake that is made by hand: it works or it does not."""
    yield propose(target, IMITATIONS[attack](picture), 0)


def propose(target: Target, picture: Picture, amount: int) -> Proposal[float]:
    """A changed picture."""
    data = encode(picture, "PNG")
    request: Request = wrap(target.suite, data)
    return Proposal(request, target.succeeds, amount, data)
