"""Disturbs a ranking request in every way that the lab knows. What must hold depends on what was done.

A request that says the same in other bytes must get the same list. One that leaves something out, or says it twice, may
get a list that differs a little, or be refused. One that no client sends must not break the server.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from interleaver.lab.suites.json_text import read_json, write_json

from .demands import SAME, Demand, Disturbed
from .odd_values import NUMBERS, STRANGER, list_histories, list_texts, list_wrong_types, make_stranger
from .pointing import MISSING, find, put, spell_pointer, take_out

MOST_FIELDS: Final = 12
"""Fields of a request that are disturbed, the first ones: a request of a hundred would take thousands of cases."""
ALIKE: Final = Demand(overlap=SAME)
ODD: Final = Demand(refusable=True)


@dataclass(frozen=True)
class Frame:
    """What is known of requests: where the unit stands, and how much a list may change with what it is made of."""

    unit_header: str | None = None
    unit_pointer: str | None = None
    overlap: float = 0.5


def disturb(body: bytes, frame: Frame) -> Iterator[Disturbed]:
    """Every disturbed form of a request's body."""
    yield Disturbed("again", "the same request", body, ALIKE)
    document = read_json(body)
    yield from respell(document)
    yield from estrange(document, body, frame)
    if isinstance(document, dict):
        yield Disturbed("unknown field", "one more", spell({**document, "interleaverStress": 1}), Demand(True, SAME))
        for name, value in list(document.items())[:MOST_FIELDS]:
            yield from disturb_field(document, name, value, frame)


def respell(document: Any) -> Iterator[Disturbed]:
    """The same document in other bytes."""
    if isinstance(document, dict) and len(document) > 1:
        yield Disturbed("other order", "of fields", spell(dict(reversed(document.items()))), ALIKE)
    escaped = json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False).encode()
    yield Disturbed("spelling", "white space and escapes", escaped, ALIKE)


def estrange(document: Any, body: bytes, frame: Frame) -> Iterator[Disturbed]:
    """A unit that nobody knows asks the same."""
    if frame.unit_header is not None:
        yield Disturbed("unknown user", "in the header", body, ODD, unit=STRANGER)
    elif frame.unit_pointer is not None:
        found = find(document, frame.unit_pointer)
        if found is not MISSING:
            changed = put(document, frame.unit_pointer, make_stranger(found))
            yield Disturbed("unknown user", frame.unit_pointer, spell(changed), ODD)


def disturb_field(document: Any, name: str, value: Any, frame: Frame) -> Iterator[Disturbed]:
    """One field missing, of another type, or with an odd value."""
    pointer = spell_pointer(name)
    # Without its unit a request is another one, whose list nobody can compare.
    loose = Demand(refusable=True, overlap=None if pointer == frame.unit_pointer else frame.overlap)
    yield Disturbed("missing field", pointer, spell(take_out(document, pointer)), loose)

    def change(kind: str, what: str, other: Any, demand: Demand = ODD) -> Disturbed:
        return Disturbed(kind, f"{pointer}: {what}", spell(put(document, pointer, other)), demand)

    for what, other in list_wrong_types(value):
        yield change("wrong type", what, other)
    if isinstance(value, str):
        for kind, what, text in list_texts():
            yield change(kind, what, text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        for what, number in NUMBERS.items():
            yield change("odd number", what, number)
    if isinstance(value, list):
        for kind, what, history in list_histories(value):
            yield change(kind, what, history, demand_of(kind, frame))


def demand_of(kind: str, frame: Frame) -> Demand:
    """What a changed history has to get: a person at the first visit gets a list, and a long one may be too long."""
    if kind == "empty history":
        return Demand()
    return ODD if kind == "long history" else Demand(overlap=frame.overlap)


def spell(document: Any) -> bytes:
    """A document as compact JSON."""
    return write_json(document).encode()
