"""What `evaluate` has to do with MLflow, whose library is loaded only where it is asked for: it takes seconds."""

import argparse
import json
import sys
from datetime import datetime

from interleaver.lab.terms.unusable import Unusable


def check_tracking(options: argparse.Namespace, *, has_gate: bool) -> None:
    """Refuse, before anything is asked, what could not be kept afterwards."""
    if options.tracking is None:
        for option in ("register", "experiment"):
            if getattr(options, option) is not None:
                raise Unusable(f"--{option}", "is of MLflow, which nothing is kept in", "give --tracking")
        return
    from interleaver.lab.tracking import checking

    checking.check_tracking(options.tracking or None, options.output, model=options.register, has_gate=has_gate)


def track(document: str, options: argparse.Namespace, suite: str, now: datetime) -> bool:
    """Keep the evaluation in MLflow; says where, or why not. The evaluation itself stands in its folder either way."""
    from interleaver.lab.tracking.faults import NotTracked
    from interleaver.lab.tracking.place import find_store
    from interleaver.lab.tracking.recording import log_evaluation

    store = find_store(options.tracking or None, options.output)
    name = options.experiment or suite
    try:
        kept = log_evaluation(
            json.loads(document), options.output, store, experiment=name, now=now, model=options.register
        )
    except NotTracked as problem:
        print(f"interleaver lab evaluate: not tracked: {problem}", file=sys.stderr)
        return False
    registered = f", registered as {kept.registered}" if kept.registered else ""
    print(f"tracked{registered}: {kept.page or store.how_to_look()}", file=sys.stderr)
    return True
