"""The merge of two answers into the one that is sent. Pure: the coins are an argument."""

from itertools import islice

from interleaver.interleaving.coins import Coins
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, Slot, Team, assign

from .ranked import Ranking


class Merged:
    """The body to send; the draft, item by item and team by team; the champion's tail below, which earns nothing.

    `first` is who won the coin of the first contested turn; None if the models never disagreed.
    """

    def __init__(self, body: bytes, items: list[Identity], teams: list[Team], tail: list[Identity]) -> None:
        self.body = body
        self.items = items
        self.teams = teams
        self.tail = tail
        self.first = find_first_winner(teams)

    @property
    def slots(self) -> list[Slot[Identity]]:
        """The draft as slots."""
        return list(map(Slot, self.items, self.teams))


def merge(body: bytes, champion: Ranking, candidate: Ranking, depth: int, coins: Coins) -> Merged:
    """Put the draft of both lists into the champion's answer `body`.

    An item carries the bytes of the model that owns it, a neutral one the champion's. Below the draft follow all of the
    champion's items that it does not show, in their order, until the list is as long as the champion's.
    """
    ours, theirs = champion.items, candidate.items
    items, teams = assign(list(ours.keys()), list(theirs.keys()), min(len(ours), depth), coins)
    # The draft is no longer than the champion's list, so that no fill is the candidate's.
    texts = [(theirs if team is CANDIDATE else ours)[item] for item, team in zip(items, teams)]  # noqa: B905
    tail: list[Identity] = []
    if len(ours) > depth:
        shown = set(items)
        tail = list(islice((item for item in ours if item not in shown), len(ours) - len(items)))
        texts += [ours[item] for item in tail]
    return Merged(champion.splice(body, texts), items, teams, tail)


def find_first_winner(teams: list[Team]) -> Team | None:
    """Who won the coin of the first contested turn; None if the models never disagreed."""
    for team in teams:
        if team is CHAMPION or team is CANDIDATE:
            return team
    return None
