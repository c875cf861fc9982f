"""What is left of a telling: all that must not depend on what happened on the way. Pure.

Times, versions, addresses and ids of runs are left out, and so are events that may be lost; none may be told twice.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from interleaver.api import names

Manifest = dict[str, Any]

RUN: Final = re.compile(r"v42-[0-9]{8}t[0-9]{6}z")
OWN: Final = re.compile(r"t-[0-9a-f]{12}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a namespace, a uid
ADDRESS: Final = re.compile(r"\b10\.[0-9]+\.[0-9]+\.[0-9]+\b")
GENERATION: Final = re.compile(r'(generation\\*": ?)[0-9]+')
ASSIGNED: Final = ("clusterIP", "clusterIPs", "selector")  # of a Service's spec; the selector is compared by itself


@dataclass
class Ending:
    """How a story ended."""

    state: dict[str, Any]
    events: Counter[str] = field(default_factory=Counter)  # by reason
    verdicts: int = 0  # how often the status was written with a verdict that was not there before
    flips: list[str] = field(default_factory=list)  # revisions that the entry has led to, one after the other


def blur(value: Any) -> Any:
    """A value without what no two tellings share."""
    text = json.dumps(value, sort_keys=True)
    return json.loads(GENERATION.sub(r"\g<1>0", OWN.sub("OWN", ADDRESS.sub("ADDRESS", RUN.sub("RUN", text)))))


def describe(experiment: Manifest, children: list[Manifest]) -> dict[str, Any]:
    """The experiment and its objects, as far as they must not depend on the way."""
    status = experiment.get("status") or {}
    serving = status.get("serving") or {}
    decision = status.get("decision") or {}
    return dict(
        blur(
            {
                "serving": (serving.get("revision"), serving.get("hash")),
                "former": serving.get("former"),
                "run": status.get("run"),
                "verdict": (decision.get("verdict"), decision.get("reason")),
                "concluded": (status.get("concluded") or {}).get("candidate"),
                "history": [describe_past(past) for past in status.get("history") or []],
                "conditions": {one["type"]: (one["status"], one["reason"]) for one in status.get("conditions") or []},
                "children": sorted(describe_child(child) for child in children),
            }
        )
    )


def describe_past(past: Manifest) -> Manifest:
    """A run of the history without its times, and without the digest of its record, which has them."""
    return {key: past.get(key) for key in ("candidate", "champion", "verdict", "reason", "tally", "gaps")}


def describe_child(child: Manifest) -> str:
    """Kind, name, and what it is to be."""
    head = f"{child['kind']}/{child['metadata']['name']}"
    if child["kind"] == "Secret" or names.LABEL_RUN in child["metadata"].get("labels", {}):
        return head  # keys are random, and a record tells times
    spec = {key: value for key, value in (child.get("spec") or {}).items() if key not in ASSIGNED}
    return f"{head} {json.dumps([spec, child.get('data')], sort_keys=True)}"


def tell_apart(told: Any, undisturbed: Any) -> str:
    """What differs of a part; of a list, what the other one has not."""
    if isinstance(told, list) and isinstance(undisturbed, list):
        more, less = ([x for x in a if x not in b] for a, b in ((told, undisturbed), (undisturbed, told)))
        return f"{more!r} instead of {less!r}"
    return f"{told!r} instead of {undisturbed!r}"


def compare(told: Ending, undisturbed: Ending) -> list[str]:
    """What differs, in words; empty when all is as it must be."""
    faults = [
        f"{part}: {tell_apart(told.state.get(part), undisturbed.state.get(part))}"
        for part in undisturbed.state
        if told.state.get(part) != undisturbed.state.get(part)
    ]
    faults += [
        f"event {reason} {count} times instead of {undisturbed.events[reason]}"
        for reason, count in told.events.items()
        if count > undisturbed.events[reason]
    ]
    if told.verdicts != undisturbed.verdicts:
        faults.append(f"{told.verdicts} verdicts instead of {undisturbed.verdicts}")
    if told.flips != undisturbed.flips:
        faults.append(f"the entry led to {told.flips} instead of {undisturbed.flips}")
    return faults
