"""What is taken down at a request, and nothing more: lines are made of it later, in the writer's thread."""

from typing import Final

from interleaver.interleaving.coins import Lot
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import Team
from interleaver.router.http1.message import Request
from interleaver.router.rankings.ranked import Ranking

from .rule import Rule

LEAST_BYTES: Final = 512  # of memory, whatever it holds


class Entry:
    """One line to come. `size` is about what it keeps in memory, in bytes."""

    def __init__(self, rule: Rule, at: float, size: int) -> None:
        self.rule = rule
        self.at = at  # unix time
        self.size = size + LEAST_BYTES


class Shown(Entry):
    """A merged list that was shown: the request, both models' rankings, and the token with which it went out."""

    def __init__(
        self,
        rule: Rule,
        at: float,
        lot: Lot,
        request: Request,
        body: bytes,
        champion: Ranking,
        candidate: Ranking,
        items: list[Identity],
        teams: list[Team],
        token: bytes,
        answers: int,
    ) -> None:
        super().__init__(rule, at, len(body) + answers)
        self.lot = lot
        self.request = request
        self.body = body
        self.champion = champion
        self.candidate = candidate
        self.items = items  # as they were shown, the champion's tail included
        self.teams = teams
        self.token = token


class Converted(Entry):
    """A conversion on an impression, by its nonce."""

    def __init__(self, rule: Rule, at: float, nonce: bytes, item: Identity) -> None:
        super().__init__(rule, at, len(item) if isinstance(item, str) else 0)
        self.nonce = nonce
        self.item = item
