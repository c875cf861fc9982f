"""The troubles, and the order in which they come. Pure."""

import random
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Final, NamedTuple

from tests.soak.lists import CANDIDATE, CHAMPION

# Of a candidate, at any time.
CANDIDATE_TROUBLES: Final = (
    "killed", "stalled", "garbage", "errors", "hanging up", "slow", "empty", "nonsense",
)  # fmt: skip
# Of the champion, while every unit is interleaved and the candidate is well: the candidate's list is served. A champion
# that answers 200 with nonsense is believed: its answer is the contract.
CHAMPION_TROUBLES: Final = ("killed", "stalled", "garbage", "errors", "hanging up", "slow")
# Never while the store is away: what a router holds for it goes with a kill, and its answer had said `buffered`.
ROUTER_TROUBLES: Final = ("router killed", "router replaced")
SHORTEST, LONGEST = 1.0, 2.5  # seconds of a trouble


class Trouble(NamedTuple):
    """One trouble of one model."""

    model: str
    name: str
    seconds: float


def list_rounds(chance: random.Random) -> Iterator[Trouble]:
    """The models' troubles without end: every one in each round, a candidate's and a champion's in turn."""
    while True:
        candidate = [(CANDIDATE, name) for name in chance.sample(CANDIDATE_TROUBLES, len(CANDIDATE_TROUBLES))]
        champion = [(CHAMPION, name) for name in chance.sample(CHAMPION_TROUBLES, len(CHAMPION_TROUBLES))]
        while candidate or champion:
            for queue in (candidate, champion):
                if queue:
                    yield Trouble(*queue.pop(0), chance.uniform(SHORTEST, LONGEST))


def list_infrastructure(store: Sequence[str]) -> Iterator[str]:
    """The troubles of store and routers in turn, without end; without a store there are the routers' alone."""
    routers = cycle(ROUTER_TROUBLES)
    while True:
        for trouble in store or ("",):
            yield from ([f"store {trouble}"] if trouble else []) + [next(routers)]
