"""Lines: what is written of a sample (docs/how-to/build-a-suite-from-production.md). Pure.

Ids stand in their JSON spelling, and so do headers and the body: whoever reads millions of lines needs one type for
each field.
"""

from hashlib import blake2b
from typing import Any, Final

import msgspec

from interleaver.interleaving.chances import Chance, list_chances
from interleaver.interleaving.ranking import Identity, Truth
from interleaver.router.http1.coding import open_body
from interleaver.router.tokens.impression import read_nonce

from .entry import Converted, Shown
from .redaction import Unfit, clean_body, clean_headers
from .rule import Rule

VERSION: Final = 1
QUERY_BYTES: Final = 16


class Long(ValueError):
    """The line would be longer than it may be."""


def write_line(entry: Shown | Converted) -> bytes:
    """The line of an entry, with its end. Raises Unfit or Long."""
    line = msgspec.json.encode(describe(entry)) + b"\n"
    if len(line) > entry.rule.line_bytes:
        raise Long
    return line


def describe(entry: Shown | Converted) -> dict[str, Any]:
    """What a line says."""
    return describe_shown(entry) if isinstance(entry, Shown) else describe_conversion(entry)


def describe_conversion(entry: Converted) -> dict[str, Any]:
    """A conversion, which names its impression."""
    return begin(entry.rule, "conversion", entry.at, entry.nonce) | {"item": spell_id(entry.item)}


def describe_shown(entry: Shown) -> dict[str, Any]:
    """An impression with all that it takes to weigh a conversion on it."""
    rule, request = entry.rule, entry.request
    if len(entry.body) > rule.line_bytes:
        raise Long
    headers, body = write_request(entry)
    return begin(rule, "impression", entry.at, read_nonce(entry.token)) | {
        "percent": rule.percent,
        "unit": rule.hash(entry.lot.unit),
        "query": name_query(request.method, headers, body),
        "headers": headers,
        "body": body,
        "lists": {
            "champion": [spell_id(item) for item in entry.champion.items],
            "candidate": [spell_id(item) for item in entry.candidate.items],
        },
        "slots": list_slots(entry),
    }


def begin(rule: Rule, kind: str, at: float, nonce: bytes) -> dict[str, Any]:
    """What both kinds of lines begin with. Times are whole seconds, as those in tokens."""
    return {"line": VERSION, "kind": kind, "at": int(at), "impression": nonce.hex(), **rule.head}


def write_request(entry: Shown) -> tuple[str, str]:
    """The headers and the body that are written of a request. Raises Unfit for one that they do not make up."""
    request = entry.request
    if b"?" in request.target:
        raise Unfit("a query beside the body")
    opened = open_body(request.fields, entry.body)
    if opened.fault:
        raise Unfit(opened.fault)
    return clean_headers(request.fields, entry.rule), clean_body(opened.text, entry.rule)


def name_query(method: bytes, headers: str, body: str) -> str:
    """The name under which all requests stand together that are the same as far as they are written."""
    return blake2b(b"\n".join((method, headers.encode(), body.encode())), digest_size=QUERY_BYTES).hexdigest()


def list_slots(entry: Shown) -> list[dict[str, Any]]:
    """Every item that was shown, and then those that another coin would have shown."""
    ours, theirs = list(entry.champion.items), list(entry.candidate.items)
    chances = list_chances(ours, theirs, min(len(ours), entry.rule.depth))
    shown = zip(entry.items, entry.teams, strict=True)
    slots = [write_slot(item, rank, team.value, chances[item]) for rank, (item, team) in enumerate(shown, 1)]
    missed = chances.keys() - set(entry.items)
    return slots + [write_slot(item, None, None, chances[item]) for item in sorted(missed, key=str)]


def write_slot(item: Identity, rank: int | None, team: str | None, chance: Chance) -> dict[str, Any]:
    """Where an item stood, with which probability, and where it would have stood else."""
    return {
        "item": spell_id(item),
        "team": team,
        "rank": rank,
        "other": chance.find_other(rank),
        "propensity": 1.0 if chance.is_certain else 0.5,
    }


def spell_id(item: Identity) -> str:
    """An id as JSON spells it."""
    return item.value if isinstance(item, Truth) else msgspec.json.encode(item).decode()
