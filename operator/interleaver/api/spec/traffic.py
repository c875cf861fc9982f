"""spec.traffic: the ramp."""

from typing import Annotated

from pydantic import Field

from interleaver.api.fields import Duration, Model
from interleaver.api.spec.cel import rule, rules

Percent = Annotated[int, Field(ge=1, le=100)]


class Step(Model):
    """One rung of the ramp."""

    percent: Percent
    """Share of units whose requests are interleaved."""
    hold: Duration | None = None
    """How long to stay before the next step; every step but the last needs it."""


class Traffic(Model):
    """The ramp: which share of units takes part, step by step."""

    steps: Annotated[list[Step], Field(min_length=1, max_length=20)] = [
        Step(percent=10, hold="24h"),
        Step(percent=25, hold="24h"),
        Step(percent=50, hold="24h"),
        Step(percent=100),
    ]
    """The rungs, in rising order."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule(
                "self.steps.map(s, s.percent).isSorted()"
                " && self.steps.all(a, self.steps.exists_one(b, b.percent == a.percent))",
                "percent must rise from step to step",
            ),
            rule(
                "self.steps.filter(s, !has(s.hold)).size() == 0 || (self.steps.filter(s, !has(s.hold)).size() == 1"
                " && !has(self.steps[self.steps.size() - 1].hold))",
                "every step but the last needs a hold",
            ),
        )
    }
