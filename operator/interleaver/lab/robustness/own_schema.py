"""The published JSON schema of stress.yaml."""

from typing import Any, Final

from pydantic import TypeAdapter

from interleaver.lab.suites.schema import Schema, close

from .own_rows import GOES_WITH, MAY_OVERLAP, WAYS, OwnRow, OwnRows

NOTHING: Final[Schema] = {"type": "null"}


def stress_schema() -> Schema:
    """What the reader takes. It asks besides that no name stands twice, and, of rankings, for `item`."""
    made = close(TypeAdapter(OwnRows).json_schema(by_alias=True))
    made["$defs"][OwnRow.__name__]["oneOf"] = [describe_way(way) for way in WAYS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "A team's own cases of `interleaver lab stress`",
    }


def describe_way(way: str) -> Schema:
    """What stands in a case that disturbs in this way: its partner, and nothing of the other ways."""
    partner = GOES_WITH.get(way)
    properties: dict[str, Any] = {way: {"not": NOTHING}}
    properties |= {other: NOTHING for other in WAYS if other != way}
    properties |= {key: False for key in GOES_WITH.values() if key != partner}
    if way not in MAY_OVERLAP:
        properties["overlap"] = NOTHING
    return {"required": [way, partner] if partner else [way], "properties": properties}
