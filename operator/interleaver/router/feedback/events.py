"""Feedback as it arrives: a body of JSON, and the events in it."""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from interleaver.interleaving.ranking import Identity, identify
from interleaver.router.rankings.bare_words import read_past_words
from interleaver.router.rankings.documents import OF_A_LIST, OF_AN_OBJECT, begin, read_scalar
from interleaver.router.rankings.members import ITEMS, WHITE

MOST_EVENTS: Final = 1000  # in one request
ABSENT: Final = msgspec.Raw(b"")


class NotFeedback(ValueError):
    """The body is neither an event nor a list of events."""


class TooMany(ValueError):
    """The list is longer than MOST_EVENTS."""


class Event(NamedTuple):
    """A conversion: the impression that was shown, the item, and when (unix seconds; None = just now)."""

    impression: str
    item: Identity
    at: float | None


class UnitEvent(NamedTuple):
    """A conversion of a unit that was shown the item in an impression which nobody named."""

    unit: str
    item: Identity
    at: float | None


class Fields(msgspec.Struct, gc=False):
    """An event's fields as they stand in the body. Nothing is made of the rest: who sends it may be anybody."""

    impression: msgspec.Raw = ABSENT
    unit: msgspec.Raw = ABSENT
    item: msgspec.Raw = ABSENT
    at: msgspec.Raw = ABSENT


EVENT: Final = msgspec.json.Decoder(msgspec.Raw)
FIELDS: Final = msgspec.json.Decoder(Fields)


def split_events(body: bytes) -> list[msgspec.Raw]:
    """The events of a request's body, not yet looked into. Raises NotFeedback or TooMany."""
    first = begin(body.lstrip(WHITE))
    try:
        events = read_past_words(cut_list if first == OF_A_LIST else cut_one, body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotFeedback(f"not JSON: {error}") from None
    if first not in (OF_A_LIST, OF_AN_OBJECT):
        raise NotFeedback("neither an event nor a list of events")
    if len(events) > MOST_EVENTS:
        raise TooMany(f"{len(events)} events; at most {MOST_EVENTS} go into one request")
    return events


def cut_list(body: bytes) -> list[msgspec.Raw]:
    """The events of a list."""
    return ITEMS.decode(body)


def cut_one(body: bytes) -> list[msgspec.Raw]:
    """An event alone."""
    return [EVENT.decode(body)]


def read_event(text: msgspec.Raw, may_name_units: bool) -> Event | UnitEvent | str:
    """An event, or the result it is ignored with. Only who is trusted may name a unit: anyone could vote otherwise."""
    try:
        fields = FIELDS.decode(text)
        by_unit = is_given(fields.unit) and not is_given(fields.impression)
        if by_unit and not may_name_units:
            return "unauthorized"
        item = identify(read_scalar(fields.item))
        at = read_time(read_scalar(fields.at)) if is_given(fields.at) else None
        who = read_scalar(fields.unit if by_unit else fields.impression)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return "invalid"
    if not by_unit:
        return Event(who, item, at) if isinstance(who, str) else "invalid"
    return UnitEvent(str(who), item, at) if type(who) in (str, int) and who != "" else "invalid"


def is_given(text: msgspec.Raw) -> bool:
    return bool(memoryview(text))


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
