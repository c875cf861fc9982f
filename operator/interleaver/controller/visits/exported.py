"""The operator's own metrics: the one table, from which they are made and docs/reference/operator-metrics.md is.

A label that is free is bounded by something else: `namespace`, `experiment` and `run` by the experiments that there
are, for their series go with them.
"""

from typing import Final, get_args

from interleaver.api import names
from interleaver.api.names import Metric
from interleaver.api.observed import AttemptResult
from interleaver.api.run import Stage
from interleaver.api.status import Verdict
from interleaver.controller.cluster import calls, kinds

RESULTS: Final = ("unchanged", "written", "conflict", "invalid", "gone", "error")
STAGES: Final = ("Idle", *get_args(Stage), "Invalid")
HYPOTHESES: Final = ("on-par", "better", "harm")
FREE: Final[tuple[str, ...]] = ()
OF_RUN: Final = {"namespace": FREE, "experiment": FREE, "run": FREE}

VISITS: Final = Metric(
    "interleaver_operator_reconciles_total", "counter", "Visits of experiments by result.", {"result": RESULTS}
)
VISIT_SECONDS: Final = Metric("interleaver_operator_reconcile_seconds", "histogram", "Duration of a visit.", {})
LAST_SUCCESS: Final = Metric(
    "interleaver_operator_last_success_timestamp_seconds", "gauge", "Unix time of the last visit that went well.", {}
)
LOOKS: Final = Metric("interleaver_operator_looks_total", "counter", "Readings of all routers of a run.", {})
UNREAD: Final = Metric(
    "interleaver_operator_routers_unread_total", "counter", "Routers that a look could not read.", {}
)
DELIVERIES: Final = Metric(
    "interleaver_operator_deliveries_total",
    "counter",
    "Attempts to tell the webhook's receiver of a verdict, by result.",
    {"result": tuple(result.lower() for result in get_args(AttemptResult))},
)
VERDICTS: Final = Metric(
    "interleaver_operator_verdicts_total", "counter", "Verdicts that were written.", {"verdict": get_args(Verdict)}
)
EXPERIMENTS: Final = Metric(
    "interleaver_operator_experiments",
    "gauge",
    "Experiments by the stage of their run. Idle: there is none. Invalid: the resource cannot be read.",
    {"stage": STAGES},
)
PERCENT: Final = Metric(
    "interleaver_operator_run_percent", "gauge", "Share of units that routers are told to interleave.", OF_RUN
)
VOTES: Final = Metric(
    "interleaver_operator_run_votes",
    "gauge",
    "Votes that the run is decided by, of all routers and since it started: win is the candidate's.",
    OF_RUN | {"outcome": names.VOTES},
)
EVIDENCE: Final = Metric(
    "interleaver_operator_run_evidence",
    "gauge",
    "Evidence for a hypothesis, as an e-value: at the bar it is proven.",
    OF_RUN | {"hypothesis": HYPOTHESES},
)
BAR: Final = Metric("interleaver_operator_run_evidence_bar", "gauge", "What evidence must reach: 1 / alpha.", OF_RUN)
QUEUE: Final = Metric("interleaver_operator_queue_depth", "gauge", "Experiments waiting for a visit.", {})
LEADER: Final = Metric(
    "interleaver_operator_leader", "gauge", "1 while this process holds the Lease and leads, 0 while it waits.", {}
)
CALLS: Final = Metric(
    "interleaver_operator_api_requests_total",
    "counter",
    "Calls to the API server by what came of them. Every page of a list is one, and every beginning of a watch.",
    {"verb": calls.VERBS, "resource": kinds.PLURALS, "code": calls.CODES},
)
CALL_SECONDS: Final = Metric(
    "interleaver_operator_api_request_seconds_total",
    "counter",
    "Seconds that those calls took, of a watch until it began.",
    {"verb": calls.VERBS},
)

OF_RUNS: Final = (PERCENT, VOTES, EVIDENCE, BAR)
OF_CALLS: Final = (CALLS, CALL_SECONDS)
OPERATOR_METRICS: Final = (
    EXPERIMENTS,
    *OF_RUNS,
    VERDICTS,
    LOOKS,
    UNREAD,
    VISITS,
    VISIT_SECONDS,
    LAST_SUCCESS,
    QUEUE,
    LEADER,
    *OF_CALLS,
    DELIVERIES,
)
