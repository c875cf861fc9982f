"""What commands have to do with MLflow, whose library is loaded only where it is asked for: it takes seconds."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from interleaver.lab.terms.unusable import Unusable

if TYPE_CHECKING:
    from interleaver.lab.tracking.place import Store
    from interleaver.lab.tracking.recording import Tracked
    from interleaver.lab.tracking.robust_recording import Kind


def add_tracking(group: argparse._ArgumentGroup) -> None:
    """Whether what was found is kept in MLflow, and where."""
    words = "log to MLflow: to this server, or without a URI into the output folder"
    group.add_argument("--tracking", metavar="URI", nargs="?", const="", help=words)
    words = "MLflow experiment (default: the suite's name)"
    group.add_argument("--experiment", default=None, metavar="NAME", help=words)


def check_tracking(options: argparse.Namespace, *, has_gate: bool = False) -> None:
    """Refuse, before anything is asked, what could not be kept afterwards."""
    model = getattr(options, "register", None)
    if options.tracking is None:
        for option, found in (("register", model), ("experiment", options.experiment)):
            if found is not None:
                raise Unusable(f"--{option}", "is of MLflow, which nothing is kept in", "give --tracking")
        return
    from interleaver.lab.tracking import checking

    checking.check_tracking(options.tracking or None, options.output, model=model, has_gate=has_gate)


def track(document: str, options: argparse.Namespace, suite: str, now: datetime) -> bool:
    """Keep the evaluation in MLflow, unless that is not asked for; whether that went well."""

    def log(store: "Store", name: str) -> "Tracked":
        from interleaver.lab.tracking.recording import log_evaluation

        found = json.loads(document)
        return log_evaluation(found, options.output, store, experiment=name, now=now, model=options.register)

    return keep(options, "evaluate", suite, log)


def track_robust(document: Mapping[str, Any], options: argparse.Namespace, kind: "Kind", now: datetime) -> bool:
    """The same of what stressing or attacking models came to."""

    def log(store: "Store", name: str) -> "Tracked":
        from interleaver.lab.tracking.robust_recording import log_robust

        return log_robust(document, options.output, store, kind=kind, experiment=name, now=now)

    return keep(options, kind, document["suite"]["name"], log)


def keep(options: argparse.Namespace, command: str, suite: str, log: Callable[["Store", str], "Tracked"]) -> bool:
    """Say where it is kept, or why not. What was found stands in its folder either way."""
    if options.tracking is None:
        return True
    from interleaver.lab.tracking.faults import NotTracked
    from interleaver.lab.tracking.place import find_store

    store = find_store(options.tracking or None, options.output)
    try:
        kept = log(store, options.experiment or suite)
    except NotTracked as problem:
        print(f"interleaver lab {command}: not tracked: {problem}", file=sys.stderr)
        return False
    registered = f", registered as {kept.registered}" if kept.registered else ""
    print(f"tracked{registered}: {kept.page or store.how_to_look()}", file=sys.stderr)
    return True
