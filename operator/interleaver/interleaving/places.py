"""Places: where in the draft an item stood, recomputed from the teams of the slots alone.

The two items of a contested turn stand next to each other, at ranks r and r + 1, and a fair coin decides which goes
first. Which ranks a turn takes does not depend on any coin: after a turn the same items are shown whoever went first.
So each of the two items is met at rank r as often as at rank r + 1, and what differs between the two places is the
attention that their ranks get.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from interleaver.interleaving.team_draft import Team


class Place(Enum):
    """Where in its turn an item stood."""

    FIRST = "first"  # of the two items of a contested turn
    SECOND = "second"
    ALONE = "alone"  # nobody competed beside it: neutral, fill, or the end of the list cut its rival off


RIVALS: Final[Mapping[Team, Team]] = {Team.CHAMPION: Team.CANDIDATE, Team.CANDIDATE: Team.CHAMPION}


def name_places(teams: Sequence[Team]) -> list[Place]:
    """The place of every slot of a draft, in order."""
    places: list[Place] = []
    while (here := len(places)) < len(teams):
        rival = RIVALS.get(teams[here])
        if rival is not None and here + 1 < len(teams) and teams[here + 1] is rival:
            places += Place.FIRST, Place.SECOND
        else:
            places.append(Place.ALONE)
    return places
