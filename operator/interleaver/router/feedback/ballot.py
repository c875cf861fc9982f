"""Feedback: what an event is worth. Pure but for what the store remembers.

The rules in their order: a token that is ours, of this run, in time; an item that it showed; a team that earns credit.
Whether the conversion and the unit's vote are new is for the store to say.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from interleaver.api.names import RANKS
from interleaver.interleaving.coins import Lot
from interleaver.interleaving.credit import name_vote
from interleaver.interleaving.places import Place, name_places
from interleaver.interleaving.ranking import Identity, identify
from interleaver.router.config.in_force import Trial
from interleaver.router.samples.samples import Samples
from interleaver.router.tokens.impression import Forged, Impression, unseal
from interleaver.router.tokens.sealing import check_item
from interleaver.router.votes.store import Conversion

from .events import Event, UnitEvent, read_event

PREVIEWED: Final = "preview"  # what an event is worth that is about a preview's impression: it is not even counted
SKEW_SECONDS: Final = 60.0  # by which a shop's clock may be off
PROMPT_SECONDS: Final = 2.0  # after an impression; times in tokens are whole seconds, and nobody decides within one


class Claim(NamedTuple):
    """An event of a unit (its hash), of which nobody said by which impression it came."""

    unit: bytes
    item: Identity
    at: float


class Ballot:
    """What events of one client are worth in the run in force."""

    def __init__(
        self,
        trial: Trial | None,
        attribution: float,
        overall: bool = False,
        trusted: bool = False,
        closed: bool = False,
        peer: bytes = b"unknown",
        samples: Samples | None = None,
    ) -> None:
        self.trial = trial
        self.attribution = attribution  # seconds
        self.overall = overall  # whether both arms' conversions are compared
        self.trusted = trusted  # whether these events carry the bearer token, and so may name units
        self.closed = closed and not trusted  # whether no event counts without it
        self.peer = peer  # the address that they come from
        self.samples = samples
        self.rule = samples.rule if samples is not None else None  # None while nothing is sampled

    def judge(self, text: msgspec.Raw, now: float) -> str | Conversion | Claim:
        """The result of an event that counts nothing, or what it may count. `now` is unix time."""
        if self.closed:
            return "unauthorized"
        event = read_event(text, self.trusted)
        if isinstance(event, str):
            return event
        if self.trial is None:
            return "foreign"
        at = now if event.at is None else event.at
        if isinstance(event, UnitEvent):
            unit = Lot(self.trial.salt, event.unit).hash
            return "invalid" if at > now + SKEW_SECONDS else Claim(unit, event.item, at)
        return self.judge_token(self.trial, event, at, now)

    def judge_token(self, trial: Trial, event: Event, at: float, now: float) -> str | Conversion:
        """What an event is worth whose token says by which impression it came."""
        try:
            impression = unseal(trial.keys, event.impression)
        except Forged:
            return "forged"
        if impression.run != trial.hash:
            return PREVIEWED if impression.run == trial.preview else "foreign"
        if at > now + SKEW_SECONDS:
            return "invalid"
        return self.credit(impression, event.item, at, prompt=now < impression.shown_at + PROMPT_SECONDS)

    def choose(self, claim: Claim, tokens: Sequence[bytes]) -> str | Conversion:
        """What a unit's event is worth: by the last impression before it that showed the item."""
        shown = sorted(self.read(tokens), key=lambda each: (each.shown_at > claim.at, abs(each.shown_at - claim.at)))
        if not shown:
            return "unmatched"
        check = check_item(claim.item)
        chosen = next((each for each in shown if each.find_owner(check) is not None), shown[0])
        return self.credit(chosen, claim.item, claim.at)

    def read(self, tokens: Sequence[bytes]) -> Iterable[Impression]:
        """The impressions of this run; a token whose key is gone tells nothing any more."""
        assert self.trial is not None
        for token in tokens:
            try:
                impression = unseal(self.trial.keys, token.decode("latin-1"))
            except Forged:
                continue
            if impression.run == self.trial.hash:
                yield impression

    def credit(self, impression: Impression, item: Identity, at: float, prompt: bool = False) -> str | Conversion:
        """What a conversion at unix time `at` is worth, given the impression that it came by."""
        if at > impression.shown_at + self.attribution:
            return "late"
        if at < impression.shown_at - SKEW_SECONDS:
            return "unmatched"
        if self.samples is not None and self.rule is not None:
            self.samples.convert(self.rule, impression.unit, impression.nonce, item, at)
        owner = impression.find_owner(check_item(item))
        vote = name_vote(owner) if owner is not None else None
        overall = self.name_overall(impression)
        if owner is None or vote is None:
            return self.without_credit(impression, name_miss(impression, item) if owner is None else "fill", overall)
        mark = impression.nonce + check_item(item).to_bytes(4, "big")
        spot = name_spot(impression, item)
        return Conversion("credited", impression.unit, mark, owner.value, vote.value, spot, overall, prompt)

    def name_overall(self, impression: Impression) -> tuple[str, str] | None:
        """The arm and the percent in which the unit counts as converted; None unless the arms are compared."""
        if not self.overall or impression.percent == 0:
            return None
        return impression.arm, str(impression.percent)

    def without_credit(self, impression: Impression, result: str, overall: tuple[str, str] | None) -> str | Conversion:
        """An event that earns no credit; where the arms are compared its unit has converted all the same."""
        if overall is None:
            return result
        return Conversion(result if impression.teams else "overall", impression.unit, overall=overall)


def name_miss(impression: Impression, item: Identity) -> str:
    """Why an impression did not show an item: not at all, or under an id of another JSON type, which a person who
    compares both would take for the same."""
    twin = retype(item)
    return "unmatched" if twin is None or impression.find_owner(check_item(twin)) is None else "mistyped"


def retype(item: Identity) -> Identity | None:
    """The id that is spelled alike in the other JSON type, a number or a string; None if there is none."""
    if not isinstance(item, str):
        return str(item) if isinstance(item, int | float) else item.value
    try:
        return identify(msgspec.json.decode(item))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def name_spot(impression: Impression, item: Identity) -> tuple[str, str]:
    """The rank and the place, as labels, at which an impression showed an item.

    What stood on a later page got the attention of no rank of the first, and a pair may have been cut in two.
    """
    if impression.later:
        return RANKS[-1], Place.ALONE.value
    rank = impression.ranks[check_item(item)]
    return RANKS[min(rank, len(RANKS) - 1)], name_places(impression.teams)[rank].value
