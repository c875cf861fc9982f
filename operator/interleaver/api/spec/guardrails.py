"""spec.guardrails and spec.prometheus: limits that roll the candidate back."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from interleaver.api.fields import Line, Model, RevisionName
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.secrets import SecretKey


class Guardrail(Model):
    """A limit that rolls the candidate back when it is breached. A query is not yet supported."""

    name: RevisionName
    """Name of the guardrail."""
    metric: Literal["ErrorRatio", "LatencyP99", "FallbackRatio"] | None = None
    """A measure from the routers' counters."""
    query: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None
    """A PromQL query against spec.prometheus."""
    max: Line | None = None
    """Highest value allowed: a ratio, or a duration for LatencyP99."""
    min: Line | None = None
    """Lowest value allowed."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.metric) != has(self.query)", "give exactly one of metric and query"),
            rule("has(self.max) || has(self.min)", "give max or min"),
            rule("!has(self.metric) || (has(self.max) && !has(self.min))", "a metric takes max and no min"),
            rule(
                "!has(self.metric) || self.metric == 'LatencyP99' || !has(self.max)"
                " || (double(self.max) > 0.0 && double(self.max) < 1.0)",
                "max of a ratio must be above 0 and below 1",
            ),
            rule(
                "!has(self.metric) || self.metric != 'LatencyP99' || !has(self.max)"
                " || duration(self.max) > duration('0s')",
                "max of LatencyP99 must be a duration above 0",
            ),
            rule(
                "!has(self.query) || ((!has(self.max) || double(self.max) < 1e300)"
                " && (!has(self.min) || double(self.min) < 1e300))",
                "max and min of a query must be numbers",
            ),
        )
    }


class Prometheus(Model):
    """The Prometheus that PromQL guardrails ask. Not yet supported."""

    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=512)]
    """Base URL of the Prometheus server."""
    auth_secret_ref: SecretKey | None = None
    """Secret with a bearer token."""
