"""Scalar types of the API: bounded, with the patterns that the API server checks too.

Numbers in the API are integers or strings, never floats: each program that reads and writes one may spell it another
way, and a value that nobody touched would look changed.
"""

import re
import textwrap
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_TERM: Final = re.compile(r"(\d+)(ms|s|m|h)")


class Model(BaseModel):
    """A frozen part of the API: camelCase outside, fields that are not known are ignored (the API server prunes)."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore", use_attribute_docstrings=True
    )

    def to_dict(self) -> dict[str, Any]:
        """The part as the API server stores it: camelCase keys, absent instead of null."""
        return self.model_dump(by_alias=True, exclude_none=True, mode="json")


DURATION_PATTERN: Final = r"^([0-9]{1,9}(ms|s|m|h)){1,4}$"
Duration = Annotated[str, StringConstraints(pattern=DURATION_PATTERN, max_length=40)]
"""A length of time in Go's notation, as Kubernetes users type it: 336h, 1h30m, 90s, 80ms."""

Fraction = Annotated[str, StringConstraints(pattern=r"^(0|1|[01]?\.[0-9]{1,9})$", max_length=12)]
"""A decimal number between 0 and 2 as a string, for the API holds no floats."""

RevisionName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", min_length=1, max_length=30)
]
"""A revision's name, which is its identity: a DNS label of at most 30 characters."""

POINTER_PATTERN: Final = r"^(/([^/~]|~[01])*)*$"
Pointer = Annotated[str, StringConstraints(pattern=POINTER_PATTERN, max_length=256)]
"""A JSON pointer (RFC 6901)."""

ObjectName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", min_length=1, max_length=253)
]
"""Name of an object that somebody else made. It ends in the path of a request, so nothing may lead out of that."""

ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", min_length=1, max_length=63)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=253)]
Message = Annotated[str, StringConstraints(max_length=1024)]


def wrap(text: str) -> str:
    """A description that is put together, in lines as long as those of one that stands in a file."""
    return textwrap.fill(text, 115)


def keyed_by(field: str) -> dict[str, Any]:
    """The schema extension of a list whose items are told apart, and merged, by one field."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [field]}


@lru_cache(maxsize=256)  # a look asks for the same dozen a hundred times
def seconds(duration: str) -> float:
    """The seconds in a duration such as 1h30m. Raises ValueError when it is no duration."""
    terms = _TERM.findall(duration)
    if not terms or "".join(n + u for n, u in terms) != duration:
        raise ValueError(f"{duration!r} is no duration; write it like 336h, 1h30m, 90s or 80ms")
    return sum(int(number) * _UNITS[unit] for number, unit in terms)


def length(duration: str) -> timedelta:
    """The same as a timedelta."""
    return timedelta(seconds=seconds(duration))


def timestamp(at: datetime) -> str:
    """An instant as Kubernetes writes it: RFC 3339, UTC, whole seconds."""
    return at.astimezone(UTC).isoformat()[: len("2026-11-22T10:15:00")] + "Z"


def micro_timestamp(at: datetime) -> str:
    """The same to the microsecond, as Leases and Events have it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compact_timestamp(at: datetime) -> str:
    """The same in a form that may stand in an object's name, as in a run's id: 20261122t101500z."""
    return at.astimezone(UTC).strftime("%Y%m%dt%H%M%Sz")


def instant(text: str) -> datetime:
    """The instant that a timestamp names. Raises ValueError when it is none."""
    return datetime.fromisoformat(text)


def seconds_until_first(deadlines: Iterable[tuple[str | None, str]], now: datetime) -> float | None:
    """Seconds until the first of them that is still to come; None when none is. A deadline is a duration after a
    timestamp; without that there is none."""
    waits = ((instant(since) - now).total_seconds() + seconds(after) for since, after in deadlines if since is not None)
    return min((wait for wait in waits if wait > 0), default=None)
