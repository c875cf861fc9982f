"""Feedback as it arrives: a body of JSON, and the events in it."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from interleaver.interleaving.ranking import Identity, identify

MOST_EVENTS: Final = 1000  # in one request


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


def read_event(document: Any, may_name_units: bool) -> Event | UnitEvent | str:
    """An event, or the result it is ignored with. Only who is trusted may name a unit: anyone could vote otherwise."""
    if not isinstance(document, dict):
        return "invalid"
    if "unit" in document and "impression" not in document and not may_name_units:
        return "unauthorized"
    try:
        item, at = identify(document["item"]), read_time(document.get("at"))
    except (LookupError, ValueError, OverflowError):
        return "invalid"
    if "impression" in document:
        impression = document["impression"]
        return Event(impression, item, at) if isinstance(impression, str) else "invalid"
    unit = document.get("unit")
    return UnitEvent(str(unit), item, at) if type(unit) in (str, int) and unit != "" else "invalid"


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
