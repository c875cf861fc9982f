"""InterleavingExperiments as `kubectl get -o json` prints them while the demo runs."""

from functools import cache
from typing import Any

import yaml
from demo.cluster import fill_manifest, name_values

from interleaver.api.status import Status

EVIDENCE = {"onPar": "31.2", "better": "4.1", "harm": "0.02", "preference": "0.0870", "interval": ["0.0120", "0.1610"]}
DECISION = {
    "runId": "factors-20261122t101500z",
    "verdict": "Promote",
    "reason": "Better",
    "message": "factors is better than popularity: it serves now",
    "at": "2026-11-22T10:16:10Z",
}


def make_document(status: dict[str, Any] | None = None, swap: bool = False) -> dict[str, Any]:
    """The demo's experiment with a status."""
    return read_manifest(swap) | ({"status": status} if status is not None else {})


@cache
def read_manifest(swap: bool) -> dict[str, Any]:
    """The demo's experiment as it is applied. Nobody changes it."""
    return dict(yaml.safe_load(fill_manifest("experiment.yaml", name_values({}, swap))))


def make_condition(kind: str, status: str, reason: str, message: str = "") -> dict[str, Any]:
    """One condition."""
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": "2026-11-22T10:15:00Z",
    }


def make_status(
    ready: bool = True,
    serving: str = "popularity",
    run: dict[str, Any] | None = None,
    decision: dict[str, str] | None = None,
    stalled: str | None = None,
) -> dict[str, Any]:
    """A status, without what is not there, as the API server prints it."""
    conditions = [make_condition("Ready", "True" if ready else "False", "Serving" if ready else "Starting")]
    if stalled:
        conditions.append(make_condition("Stalled", "True", "InvalidTemplate", stalled))
    pointer = {"revision": serving, "hash": "9c1f0a", "since": "2026-11-22T10:15:00Z", "seed": "popularity"}
    status: dict[str, Any] = {"conditions": conditions, "serving": pointer | {"origin": "Seed"}}
    past = [{"runId": decision["runId"], "tally": {"wins": 90, "ties": 12, "losses": 41}}] if decision else []
    return status | ({"run": run} if run else {}) | ({"decision": decision, "history": past} if decision else {})


def make_run(stage: str = "Running", percent: int = 50, votes: tuple[int, int, int] = (90, 12, 41)) -> dict[str, Any]:
    """A run with votes (won, tied, lost) and evidence; without votes there is no evidence yet."""
    run: dict[str, Any] = {"id": DECISION["runId"], "stage": stage, "percent": percent}
    tally = dict(zip(("wins", "ties", "losses"), votes, strict=True))
    return run | ({"tally": tally, "evidence": EVIDENCE} if any(votes) else {})


def list_status_fields() -> set[str]:
    """The fields that a status has, by the API's own names."""
    return {field.alias or name for name, field in Status.model_fields.items()}


def make_counters(requests: int = 4200, failures: dict[str, int] | None = None, final: bool = True) -> dict[str, Any]:
    """A line of the shoppers."""
    failed = failures or {}
    return {
        "seconds": requests / 60,
        "requests": requests,
        "impressions": requests // 2,
        "finds": requests // 3,
        "feedback": requests // 4,
        "passes": 7,
        "fresh": requests // 2,
        "kept": requests // 2,
        "failed": sum(failed.values()),
        "failures": failed,
        "final": final,
    }
