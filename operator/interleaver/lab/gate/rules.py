"""What `gate.yaml` may say: rules on metrics and on the suite, and waivers. The schema is generated from here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from interleaver.lab.gate.numbers import Number
from interleaver.lab.gate.outcome import Level
from interleaver.lab.gate.spelling import Cuts, Day, Length, Margin, OneSlice, Step, Value


class Kind(StrEnum):
    """The bounds a rule may have."""

    AT_LEAST = "atLeast"
    AT_MOST = "atMost"
    NOT_WORSE_BY = "notWorseBy"
    BETTER_BY = "betterBy"
    NOT_BETTER_BY = "notBetterBy"

    @property
    def comparing(self) -> bool:
        """Whether it is about the difference to the champion, and not about the candidate's own value."""
        return self not in (Kind.AT_LEAST, Kind.AT_MOST)


@dataclass(frozen=True)
class Bound:
    """One bound of a rule."""

    kind: Kind
    number: Number

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Part(BaseModel):
    """A frozen part of a gate: camelCase in the file, and no key that is not known."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", alias_generator=to_camel, use_attribute_docstrings=True
    )


class SuiteBounds(Part):
    """Blocking rules on the suite itself."""

    max_age: Length | None = None
    """How old the suite may be on the day of the evaluation: 60d, 8w, 36h."""
    min_judged: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    """Which share of the items that each model shows at the first depth has to be judged, at least."""


class Rule(Part):
    """One metric and what has to hold of it, on the whole suite or on each of some slices."""

    metric: str
    """Name of the metric, with its depth or threshold: nDCG@10, FNR@FPR=0.01."""
    at_least: Value | None = None
    """The low end of the candidate's interval has to be this or more."""
    at_most: Value | None = None
    """The high end of the candidate's interval has to be this or less."""
    not_worse_by: Margin | None = None
    """The low end of the difference has to be no worse than this margin: a number in the metric's unit, or 2%."""
    better_by: Step | None = None
    """The low end of the difference has to be this much better, or more."""
    not_better_by: Step | None = None
    """The high end of the difference has to be this or less: what is too good to be true is looked at first."""
    slices: Annotated[list[Cuts], Field(min_length=1)] | None = None
    """Left out: the whole suite. An attribute: each of its values and the cases without. A list of attributes: every
    combination that occurs. Values of attributes: that one slice."""
    minimum: Annotated[int, Field(ge=1)] = 1
    """Fewer independent units than this in a slice tell nothing."""
    level: Annotated[Level, Field(strict=False)] = Level.BLOCK
    """block: keeps the candidate from passing. warn: is said everywhere. watch: is written down."""
    not_told: Literal["fail", "warn", "pass"] = "fail"
    """What it comes to where the suite cannot tell."""

    @property
    def bounds(self) -> list[Bound]:
        """The bounds that the rule has, in the order of `Kind`."""
        fields = (self.at_least, self.at_most, self.not_worse_by, self.better_by, self.not_better_by)
        return [Bound(kind, number) for kind, number in zip(Kind, fields, strict=True) if number is not None]

    @model_validator(mode="after")
    def hold_something(self) -> Self:
        if not self.bounds:
            raise ValueError(f"has no bound; give one or more of {', '.join(Kind)}")
        _check_band(self.at_least, self.at_most, Kind.AT_LEAST, Kind.AT_MOST)
        _check_band(self.better_by, self.not_better_by, Kind.BETTER_BY, Kind.NOT_BETTER_BY)
        return self


def _check_band(low: Number | None, high: Number | None, below: Kind, above: Kind) -> None:
    if low and high and low.relative == high.relative and low.value > high.value:
        raise ValueError(f"can never hold: {below} {low} is above {above} {high}")


class Waiver(Part):
    """A rule and slice that warn only, until a day: by whom and why."""

    rule: Annotated[int, Field(ge=1)]
    """Place of the rule in the list, from 1."""
    slice: OneSlice | None = None
    """The slice that is waived; left out: the whole suite."""
    by: Annotated[str, Field(pattern=r"\S")]
    reason: Annotated[str, Field(pattern=r"\S")]
    until: Day
    """The last day on which it holds, in UTC."""


class GateFile(Part):
    """gate.yaml: what a candidate has to hold before it goes on."""

    version: Literal[1]
    """Of this format."""
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Of the two-sided intervals that rules are decided on."""
    suite: SuiteBounds = SuiteBounds()
    rules: Annotated[list[Rule], Field(min_length=1)]
    waivers: list[Waiver] = []


def gate_schema() -> dict[str, Any]:
    """The JSON schema of gate.yaml, as it is published."""
    schema = GateFile.model_json_schema(by_alias=True)
    parts = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    for part in parts:
        part["properties"] = {name: _leave_out(field) for name, field in part["properties"].items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _leave_out(field: dict[str, Any]) -> dict[str, Any]:
    """A key may be left out, and not be there without a value; its name says itself."""
    kept = {name: value for name, value in field.items() if name != "title"}
    if not isinstance(kept.get("default"), str | int | float):
        kept.pop("default", None)
    choices = [choice for choice in kept.pop("anyOf", []) if choice != {"type": "null"}]
    return kept | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def key_names(part: type[Part]) -> Iterable[str]:
    """The keys that a part of the file may have."""
    return [str(field.alias) for field in part.model_fields.values()]
