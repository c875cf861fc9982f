"""What a limit on each metric of a guardrail must be, as rules for the API server, made from the table of metrics."""

from collections.abc import Iterator
from typing import Any, Final

from interleaver.api.fields import DURATION_PATTERN
from interleaver.api.guardrail_metrics import DURATIONS, TABLE, Limit
from interleaver.api.spec.cel import rule

# What the API server and Python both read as the same finite number.
NUMBER: Final = "'^[-+]?([0-9]{1,15}([.][0-9]{0,15})?|[.][0-9]{1,15})([eE][-+]?[0-9]{1,2})?$'"

# What a limit must be, as CEL, and the same in words.
LIMITS: Final = {
    Limit.RATIO: (
        f"self.max.matches({NUMBER}) && double(self.max) > 0.0 && double(self.max) < 1.0",
        "above 0 and below 1",
    ),
    Limit.DURATION: (
        f"self.max.matches('{DURATION_PATTERN}') && duration(self.max) > duration('0s')",
        "a duration above 0",
    ),
    Limit.DROP: (
        f"self.max.matches({NUMBER}) && double(self.max) >= 0.0 && double(self.max) <= 0.9",
        "from 0 to 0.9",
    ),
}


def list_limit_rules() -> Iterator[dict[str, Any]]:
    """What the limit of each metric must be: one rule for all ratios, and one for each of the others."""
    others = [metric for metric in TABLE if metric.limit is not Limit.RATIO]
    limit, words = LIMITS[Limit.RATIO]
    names = [metric.name for metric in others]
    yield rule(
        f"!has(self.metric) || self.metric in {names} || !has(self.max) || ({limit})", f"max of a ratio must be {words}"
    )
    for metric in others:
        limit, words = LIMITS[metric.limit]
        yield rule(
            f"!has(self.metric) || self.metric != '{metric.name}' || !has(self.max) || ({limit})",
            f"max of {metric.name} must be {words}",
        )


def list_timeout_rules() -> Iterator[dict[str, Any]]:
    """No duration may be so long that a call would have timed out before: it could never be breached."""
    for name in DURATIONS:
        yield rule(
            f"self.guardrails.all(g, !has(g.metric) || g.metric != '{name}'"
            " || duration(g.max) <= duration(self.router.candidateTimeout))",
            f"a {name} guardrail's max must not be above router.candidateTimeout",
        )


def list_duration_rules() -> Iterator[dict[str, Any]]:
    """Routers count slow calls by one duration: with another one a guardrail would be measured by its neighbour's."""
    given = (
        f"self.guardrails.filter(g, has(g.metric) && has(g.max) && g.metric in {list(DURATIONS)})"
        ".map(g, duration(g.max))"
    )
    yield rule(
        f"{given}.size() < 2 || {given}.min() == {given}.max()",
        "guardrails whose max is a duration must have the same one, for routers count slow calls by one",
    )
