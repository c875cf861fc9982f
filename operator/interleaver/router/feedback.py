"""Feedback: conversion events, what each is worth, and the vote of a unit."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from interleaver.api.names import RANKS
from interleaver.interleaving.credit import name_vote
from interleaver.interleaving.places import name_places
from interleaver.interleaving.ranking import Identity, identify
from interleaver.interleaving.team_draft import Team

from .counters import RunCounters
from .impression import Forged, Impression, check_item, unseal
from .in_force import Trial
from .votes import Votes

MOST_EVENTS: Final = 1000  # in one request
SKEW_SECONDS: Final = 60.0  # by which a shop's clock may be off


class NotFeedback(ValueError):
    """The body is neither an event nor a list of events."""


class TooMany(ValueError):
    """The list is longer than MOST_EVENTS."""


class Event(NamedTuple):
    """A conversion: the impression that was shown, the item, and when (unix seconds; None = just now)."""

    impression: str
    item: Identity
    at: float | None


def split_events(body: bytes) -> list[Any]:
    """The events of a request's body, not yet looked at. Raises NotFeedback or TooMany."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotFeedback(f"not JSON: {error}") from None
    if isinstance(document, dict):
        return [document]
    if not isinstance(document, list):
        raise NotFeedback("neither an event nor a list of events")
    if len(document) > MOST_EVENTS:
        raise TooMany(f"{len(document)} events; at most {MOST_EVENTS} go into one request")
    return document


def read_event(document: Any) -> Event | str:
    """An event, or the result it is ignored with."""
    if not isinstance(document, dict):
        return "invalid"
    if "unit" in document and "impression" not in document:
        return "unauthorized"  # the form without an impression is not offered
    try:
        impression, item = document["impression"], identify(document["item"])
        at = read_time(document.get("at"))
    except (LookupError, ValueError, OverflowError):
        return "invalid"
    return Event(impression, item, at) if isinstance(impression, str) else "invalid"


def read_time(value: object) -> float | None:
    """Unix seconds, or RFC 3339 with an offset, as unix seconds. Raises ValueError."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        raise ValueError("neither a number nor a string")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment.timestamp()


def name_spot(impression: Impression, item: Identity) -> tuple[str, str]:
    """The rank and the place, as labels, at which an impression showed an item."""
    rank = impression.ranks[check_item(item)]
    return RANKS[min(rank, len(RANKS) - 1)], name_places(impression.teams)[rank].value


class Ballot:
    """Counts events for the run in force."""

    def __init__(self, trial: Trial | None, attribution: float, votes: Votes, counters: RunCounters) -> None:
        self.trial = trial
        self.attribution = attribution  # seconds
        self.votes = votes
        self.counters = counters

    def count(self, document: Any, now: float) -> bool:
        """Take one event into the counters; whether its conversion was counted. `now` is unix time."""
        event = read_event(document)
        result, accepted = (event, False) if isinstance(event, str) else self.credit(event, now)
        self.counters.feedback[(result,)] += 1
        return accepted

    def credit(self, event: Event, now: float) -> tuple[str, bool]:
        """The event's result, and whether its conversion was counted."""
        if self.trial is None:
            return "foreign", False
        try:
            impression = unseal(self.trial.keys, event.impression)
        except Forged:
            return "forged", False
        if impression.run != self.trial.hash:
            return "foreign", False
        at = now if event.at is None else event.at
        if at > now + SKEW_SECONDS:
            return "invalid", False
        if at > impression.shown_at + self.attribution:
            return "late", False
        owner = impression.find_owner(check_item(event.item))
        if owner is None or at < impression.shown_at - SKEW_SECONDS:
            return "unmatched", False
        return self.convert(impression, event.item, owner)

    def convert(self, impression: Impression, item: Identity, owner: Team) -> tuple[str, bool]:
        """Count the conversion of an item that was shown and, if it is the unit's first, the vote."""
        vote = name_vote(owner)
        if vote is None:
            return "fill", False
        if not self.votes.convert(impression.nonce, check_item(item)):
            return "duplicate", False
        self.counters.conversions[(owner.value,)] += 1
        if not self.votes.vote(impression.unit):
            return "duplicate", True
        self.counters.votes[(vote.value,)] += 1
        self.counters.placed_votes[(*name_spot(impression, item), vote.value)] += 1
        return "credited", True
