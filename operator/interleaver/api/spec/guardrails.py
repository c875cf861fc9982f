"""spec.guardrails and spec.prometheus: limits that roll the candidate back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from interleaver.api.fields import Line, Model, RevisionName, seconds, wrap
from interleaver.api.guardrail_metrics import ALWAYS, DURATIONS, METRICS, TABLE, Limit, find_metric
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.limits import NUMBER, list_limit_rules
from interleaver.api.spec.secrets import SecretKey

if TYPE_CHECKING:
    MetricName = str
else:
    MetricName = Literal[tuple(METRICS)]  # which no type checker can read


def describe_guardrails() -> str:
    """What guardrails are, and which of them are there without being asked for."""
    given = [f"{name} at most {always.limit:g} is always among them, unless given." for name, always in ALWAYS]
    return wrap(" ".join(["Limits that roll the candidate back.", *given]))


def describe_metrics() -> str:
    """What a metric is."""
    return wrap(" ".join(["A measure from the routers' counters.", *(metric.note for metric in TABLE if metric.note)]))


def describe_limits() -> str:
    """What the highest value is of."""
    limits = ["a ratio", *(metric.limit_words for metric in TABLE if metric.limit_words), "a number for a query"]
    return wrap(f"Highest value allowed: {', '.join(limits)}.")


class Guardrail(Model):
    """A limit that rolls the candidate back when it is breached."""

    name: RevisionName
    """Name of the guardrail."""
    metric: Annotated[MetricName | None, Field(description=describe_metrics())] = None
    query: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None
    """A PromQL query that spec.prometheus is asked at every look; it must give one number. Three readings in a row on
    the wrong side of a limit are a breach. No data hold the ramp and a promotion, and are never a breach."""
    max: Annotated[Line | None, Field(description=describe_limits())] = None
    min: Line | None = None
    """Lowest value of a query allowed."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.metric) != has(self.query)", "give exactly one of metric and query"),
            rule("has(self.max) || has(self.min)", "give max or min"),
            rule("!has(self.metric) || (has(self.max) && !has(self.min))", "a metric takes max and no min"),
            *list_limit_rules(),
            rule(
                f"!has(self.query) || ((!has(self.max) || self.max.matches({NUMBER}))"
                f" && (!has(self.min) || self.min.matches({NUMBER})))",
                "max and min of a query must be numbers",
            ),
            rule(
                "!has(self.query) || !has(self.max) || !has(self.min) || double(self.min) <= double(self.max)",
                "min must not be above max",
            ),
        )
    }

    @property
    def limit(self) -> Limit | None:
        """What a limit on its metric is; None for a query. Raises ValueError for a metric that was never checked."""
        return find_metric(self.metric).limit if self.metric else None


def explain_durations(guardrails: Iterable[Guardrail]) -> str:
    """Why guardrails whose max is a duration cannot be measured beside each other; empty when they can."""
    given = [(each.name, each.max) for each in guardrails if each.metric in DURATIONS and each.max]
    if len(given) < 2 or len({seconds(duration) for _, duration in given}) == 1:
        return ""
    listed = ", ".join(f"{name} {duration}" for name, duration in given)
    return f"{listed}: routers count slow calls by one duration; give all of these the same max, or keep one of them"


class Prometheus(Model):
    """The Prometheus that guardrails with a query ask. The operator's settings must allow its address."""

    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=512)]
    """Base URL of the Prometheus server."""
    auth_secret_ref: SecretKey | None = None
    """Secret with a bearer token. It must carry the label interleaver.dev/use: prometheus."""
