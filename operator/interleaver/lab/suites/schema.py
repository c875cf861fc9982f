"""The published JSON schemas of a suite: its description, rows of its tables as JSON lines have them, and corners."""

from typing import Any

from pydantic import TypeAdapter

from interleaver.lab.suites.corner_rows import RankingCorners, ScoringCorners
from interleaver.lab.suites.description import ADAPTER
from interleaver.lab.suites.rows import ROWS

Schema = dict[str, Any]


def suite_schema() -> Schema:
    """One schema whose parts are named: `suite` is the description, and each table's name a row of it."""
    parts: dict[str, TypeAdapter[Any]] = {"suite": ADAPTER, **{name: TypeAdapter(row) for name, row in ROWS.items()}}
    made, whole = TypeAdapter.json_schemas([(name, "validation", adapter) for name, adapter in parts.items()])
    definitions = {name: close(part) for name, part in whole["$defs"].items()}
    definitions |= {name: made[name, "validation"] for name in parts}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A suite of the lab",
        "description": "suite.yaml. Rows of tables are in $defs, by the table's name.",
        "$ref": "#/$defs/suite",
        "$defs": definitions,
    }


def corners_schema() -> Schema:
    """The schema of corners.yaml, of either task."""
    made = TypeAdapter(RankingCorners | ScoringCorners).json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Corner cases of a suite of the lab",
        "description": "corners.yaml of a ranking suite, or of a scoring one.",
        **close(made),
    }


def close(part: Schema) -> Schema:
    """A part in which nothing may stand that it does not name: readers refuse it. Maps name their keys by pattern."""
    closed = {key: close(value) if isinstance(value, dict) else value for key, value in part.items()}
    closed |= {key: [close(one) for one in part[key]] for key in ("anyOf", "oneOf") if key in part}
    if isinstance(part.get("properties"), dict) or "patternProperties" in part:
        closed.setdefault("additionalProperties", False)
    return closed
