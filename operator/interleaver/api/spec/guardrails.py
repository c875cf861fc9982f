"""spec.guardrails and spec.prometheus: limits that roll the candidate back."""

from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from interleaver.api.fields import DURATION_PATTERN, Line, Model, RevisionName
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.secrets import SecretKey

# What the API server and Python both read as the same finite number.
_NUMBER: Final = "'^[-+]?([0-9]{1,15}([.][0-9]{0,15})?|[.][0-9]{1,15})([eE][-+]?[0-9]{1,2})?$'"

OVERALL: Final = "OverallConversion"


class Guardrail(Model):
    """A limit that rolls the candidate back when it is breached."""

    name: RevisionName
    """Name of the guardrail."""
    metric: Literal["ErrorRatio", "LatencyP99", "FallbackRatio", "OverallConversion"] | None = None
    """A measure from the routers' counters. OverallConversion compares interleaved with champion-only units; it needs
    feedback on the answers of both."""
    query: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None
    """A PromQL query that spec.prometheus is asked at every look; it must give one number. Three readings in a row on
    the wrong side of a limit are a breach. No data hold the ramp and a promotion, and are never a breach."""
    max: Line | None = None
    """Highest value allowed: a ratio, a duration for LatencyP99, for OverallConversion the share (0 to 0.9) of
    conversions that merged lists may cost, a number for a query."""
    min: Line | None = None
    """Lowest value of a query allowed."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.metric) != has(self.query)", "give exactly one of metric and query"),
            rule("has(self.max) || has(self.min)", "give max or min"),
            rule("!has(self.metric) || (has(self.max) && !has(self.min))", "a metric takes max and no min"),
            rule(
                f"!has(self.metric) || self.metric in ['LatencyP99', '{OVERALL}'] || !has(self.max)"
                f" || (self.max.matches({_NUMBER}) && double(self.max) > 0.0 && double(self.max) < 1.0)",
                "max of a ratio must be above 0 and below 1",
            ),
            rule(
                "!has(self.metric) || self.metric != 'LatencyP99' || !has(self.max)"
                f" || (self.max.matches('{DURATION_PATTERN}') && duration(self.max) > duration('0s'))",
                "max of LatencyP99 must be a duration above 0",
            ),
            rule(
                f"!has(self.metric) || self.metric != '{OVERALL}' || !has(self.max)"
                f" || (self.max.matches({_NUMBER}) && double(self.max) >= 0.0 && double(self.max) <= 0.9)",
                "max of OverallConversion must be from 0 to 0.9",
            ),
            rule(
                f"!has(self.query) || ((!has(self.max) || self.max.matches({_NUMBER}))"
                f" && (!has(self.min) || self.min.matches({_NUMBER})))",
                "max and min of a query must be numbers",
            ),
            rule(
                "!has(self.query) || !has(self.max) || !has(self.min) || double(self.min) <= double(self.max)",
                "min must not be above max",
            ),
        )
    }


class Prometheus(Model):
    """The Prometheus that guardrails with a query ask. The operator's settings must allow its address."""

    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=512)]
    """Base URL of the Prometheus server."""
    auth_secret_ref: SecretKey | None = None
    """Secret with a bearer token. It must carry the label interleaver.dev/use: prometheus."""
