"""The metrics that a guardrail can be on: an entry for each, and nothing about any of them anywhere else.

An entry says which of the routers' counts make events and what these are among, what a limit is, what holds by default,
and how it is worded. The API's schema and rules, the operator, `simulate`, the verification of records and the
reference are made from the table. Counts have the names that the ledger gives them (experiment/counting/exposition.py).
Standard library only.
"""

from enum import Enum
from typing import Final, NamedTuple

from interleaver.api import names


class Limit(Enum):
    """What a limit on a metric is. The API server checks each by a rule of its own (spec/guardrails.py)."""

    RATIO = "the share of calls or requests that may be events, above 0 and below 1"
    DURATION = "how long a call may take before routers count it as slow; they do by one, so all such limits are alike"
    DROP = (
        "the share of conversions that merged lists may cost, from 0 to 0.9: arms are compared, and no events counted"
    )


class Trials(NamedTuple):
    """What events are among."""

    words: str
    counts: tuple[str, ...]
    excused: tuple[str, ...] = ()  # counts of what is left out of these again


class Always(NamedTuple):
    """The guardrail that holds when the spec has none on the metric."""

    limit: float
    names: tuple[str, str]  # the second where the first is taken


class GuardrailMetric(NamedTuple):
    """An entry. Words are parts of the sentences in which they stand."""

    name: str
    limit: Limit = Limit.RATIO
    events: tuple[str, ...] = ()  # counts of what goes wrong; none where arms are compared
    trials: Trials = Trials("", ())
    words: str = ""  # which of its trials are events
    allowed: float | None = None  # the share of trials that may be events, where the limit is no share
    always: Always | None = None
    hold: str = ""  # what the share of late is of: a promotion waits while it is above the limit; empty: it does not
    note: str = ""  # a sentence for the reference, where the name does not say it all
    limit_words: str = ""  # what its limit is, for the reference, where it is no ratio


BLAMELESS: Final = ("champion", "contract", "page")  # fallbacks that the champion or the client caused, or a bound

CALLS: Final = Trials("the candidate's calls", tuple(f"calls.candidate.{outcome}" for outcome in names.CALL_OUTCOMES))
REQUESTS: Final = Trials(
    "requests",
    tuple(f"requests.{outcome}" for outcome in names.REQUEST_OUTCOMES),
    excused=tuple(f"fallbacks.{reason}" for reason in BLAMELESS),
)

# A new entry goes to the end, for records exist whose points hold what the former ones needed (api/measured.py).
TABLE: Final = (
    GuardrailMetric(
        "ErrorRatio",
        events=("calls.candidate.error", "calls.candidate.timeout"),
        trials=CALLS,
        words="that failed",
    ),
    GuardrailMetric(
        "LatencyP99",
        limit=Limit.DURATION,
        events=("calls.candidate.slow", "calls.candidate.timeout"),  # a call that timed out is slow as well
        trials=CALLS,
        words="that were slow",
        allowed=0.01,  # one call in a hundred may take longer
        limit_words="a duration for LatencyP99",
    ),
    GuardrailMetric(
        "FallbackRatio",
        events=tuple(f"fallbacks.{reason}" for reason in names.FALLBACK_REASONS if reason not in BLAMELESS),
        trials=REQUESTS,
        words="that the candidate left without a comparison",
        always=Always(0.05, ("fallbacks", "fallback-ratio")),  # a candidate must be compared, not only tolerated
        hold="of the last days' interleaved requests ended without a comparison",
    ),
    GuardrailMetric(
        "OverallConversion",
        limit=Limit.DROP,
        note="OverallConversion compares interleaved with champion-only units; it needs feedback on the answers of "
        "both.",
        limit_words="for OverallConversion the share (0 to 0.9) of conversions that merged lists may cost",
    ),
)

METRICS: Final = {metric.name: metric for metric in TABLE}
DURATIONS: Final = tuple(metric.name for metric in TABLE if metric.limit is Limit.DURATION)
ALWAYS: Final = tuple((metric.name, metric.always) for metric in TABLE if metric.always)


def find_metric(name: str) -> GuardrailMetric:
    """The entry with this name. Raises ValueError when there is none."""
    if name not in METRICS:
        raise ValueError(f"{name!r} is no metric of a guardrail; there are {', '.join(METRICS)}")
    return METRICS[name]
