"""The form of verdict.json, which programs read. Its published schema is generated from here."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from interleaver.lab.gate.outcome import Level, Outcome
from interleaver.lab.terms.figure import Verdict
from interleaver.lab.terms.metric import Task

Share = Annotated[float, Field(allow_inf_nan=False)]
Interval = Annotated[list[Share], Field(min_length=2, max_length=2)]
Digest = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]


class Part(BaseModel):
    """A part of the document: camelCase, and nothing that is not known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True
    )


class Judged(Part):
    """One bound of one rule on one slice."""

    rule: int
    """Place of the rule in the gate, from 1; 0 is the gate's `suite`, or that a first model was shown to be good."""
    metric: str
    slice: dict[str, str | None] | None
    """Attributes with a value each, null where it is missing; null is the whole suite."""
    n: int | None
    """Judged queries, or samples, in the slice; null where nothing was measured."""
    units: int | None
    """Independent units behind them."""
    champion: Share | None
    champion_interval: Interval | None
    candidate: Share | None
    candidate_interval: Interval | None
    difference: Share | None
    """Signed so that positive is better."""
    interval: Interval | None
    """Of the difference."""
    bound: str
    """As the gate has it: `notWorseBy 0.005`."""
    outcome: Outcome
    verdict: Verdict | None
    """The word for the difference, corrected for the slices of the rule; null where nothing was compared."""
    level: Level
    blocks: bool
    """Whether it keeps the candidate from passing."""
    warns: bool
    refused: bool
    """Whether the rule cannot be used as it is written, which only measuring could show."""
    waived: str | None
    words: str


class Failure(Part):
    """What blocks, in short."""

    metric: str
    slice: dict[str, str | None] | None
    words: str


class Models(Part):
    champion: str | None
    candidate: str


class Digests(Part):
    """SHA-256, in hex, of what was decided on."""

    suite: Digest
    gate: Digest
    champion: Digest | None
    """Of its answers."""
    candidate: Digest


class Resampling(Part):
    """How intervals were made."""

    confidence: Share
    resamples: int
    seed: int


class Versions(Part):
    lab: str
    metrics: int
    """Goes up when a metric's values for the same answers change."""


class VerdictFile(Part):
    """verdict.json: what a gate said of one candidate."""

    version: Literal[1]
    """Of this format."""
    passed: bool
    exit_code: Annotated[int, Field(ge=0, le=3)]
    """0 passed, 1 failed, 2 a rule cannot be used, 3 the evaluation is partial."""
    partial: bool
    first_model: bool
    """Whether there was no champion to compare with."""
    decided_at: datetime
    suite: str
    task: Task
    models: Models
    digests: Digests
    resampling: Resampling
    versions: Versions
    rules: list[Judged]
    failures: list[Failure]


def verdict_schema() -> dict[str, Any]:
    """The JSON schema of the document, as it is published."""
    schema = VerdictFile.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
