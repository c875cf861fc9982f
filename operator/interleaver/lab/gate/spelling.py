"""How values of `gate.yaml` are spelt: what reads each, and what the published schema says of it."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from interleaver.lab.gate.numbers import Number, parse_length, parse_margin, parse_step, parse_value
from interleaver.lab.gate.slices import Cut, One, parse_cut, parse_one


def _spelt(pattern: str, **number: float) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "number", **number}, {"type": "string", "pattern": pattern}]})


_DIGITS = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?"
_SLICE = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_ATTRIBUTES = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}}
Value = Annotated[Number, PlainValidator(parse_value), _spelt(rf"^[-+]?{_DIGITS}\s*[^%\s]*$")]
Margin = Annotated[Number, PlainValidator(parse_margin), _spelt(rf"^\+?{_DIGITS}\s*\S*$", minimum=0)]
Step = Annotated[Number, PlainValidator(parse_step), _spelt(rf"^\+?{_DIGITS}\s*\S*$", exclusiveMinimum=0)]
Length = Annotated[
    timedelta, PlainValidator(parse_length), WithJsonSchema({"type": "string", "pattern": rf"^\+?{_DIGITS}\s*[hdw]$"})
]
Cuts = Annotated[Cut, PlainValidator(parse_cut), WithJsonSchema({"anyOf": [{"type": "string"}, _ATTRIBUTES, _SLICE]})]
OneSlice = Annotated[One, PlainValidator(parse_one), WithJsonSchema(_SLICE)]


def parse_day(written: object) -> date:
    """`2027-01-31`."""
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ValueError(f"has to be a day, as in 2027-01-31, and not {written!r}") from None


Day = Annotated[date, PlainValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]
