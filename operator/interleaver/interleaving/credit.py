"""Credit and vote: what a conversion on an item of a merged list means."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from interleaver.interleaving.ranking import ItemT
from interleaver.interleaving.team_draft import Slot, Team


class Vote(Enum):
    """A unit's one outcome in a run, from the candidate's side."""

    WIN = "win"
    TIE = "tie"
    LOSS = "loss"


VOTES: Final[Mapping[Team, Vote | None]] = {
    Team.CHAMPION: Vote.LOSS,
    Team.CANDIDATE: Vote.WIN,
    Team.NEUTRAL: Vote.TIE,
    # Were a fill a tie, then a candidate that answers nothing would be on par after 464 conversions.
    Team.FILL: None,
}


def find_team(slots: Iterable[Slot[ItemT]], item: ItemT) -> Team | None:
    """The team that owned `item` in an impression; None if the impression did not show it."""
    return next((slot.team for slot in slots if slot.item == item), None)


def name_vote(team: Team) -> Vote | None:
    """The vote that a conversion on this team's item means; None = no credit and no vote."""
    return VOTES[team]
