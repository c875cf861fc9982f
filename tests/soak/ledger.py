"""What the shop knows: which unit cast which vote first, and what the routers must have counted. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from interleaver.interleaving.credit import Vote, name_vote
from interleaver.interleaving.team_draft import Team


class Event(NamedTuple):
    """A conversion that is reported: the unit is known to the shop alone."""

    unit: str
    token: str
    item: str
    team: Team

    @property
    def vote(self) -> Vote:
        vote = name_vote(self.team)
        assert vote is not None
        return vote


@dataclass
class Ledger:
    """What one memory of votes must hold: the store's, or that of one router process without a store.

    A unit sends its next event once the last one is acknowledged, so that the order is known. `buffered` is an
    exception: the event waits in one router while the next may overtake it in another. Such a unit sticks to its vote.
    So do all where a vote that was acknowledged may be lost, for its unit votes anew.
    """

    may_lose: bool = False
    votes: dict[str, Vote] = field(default_factory=dict)
    marks: dict[tuple[str, str], Team] = field(default_factory=dict)  # by token and item
    doubtful: set[str] = field(default_factory=set)  # units of which an event was buffered

    def may_cast(self, unit: str, vote: Vote) -> bool:
        """Whether the outcome of another event is known beforehand."""
        sticks = unit in self.doubtful or (self.may_lose and unit in self.votes)
        return not sticks or self.votes[unit] is vote

    def acknowledge(self, events: Iterable[Event], buffered: bool) -> None:
        """Events that were answered with 202, in their order."""
        for event in events:
            self.votes.setdefault(event.unit, event.vote)
            self.marks[event.token, event.item] = event.team
            if buffered:
                self.doubtful.add(event.unit)

    def expect(self) -> Counter[str]:
        """The counts by the names of the operator's ledger."""
        votes = Counter(f"votes.{vote.value}" for vote in self.votes.values())
        return votes + Counter(f"conversions.{team.value}" for team in self.marks.values())
