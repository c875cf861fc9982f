"""What happens once somebody adds an entry to the table: nothing else is changed, and every station is passed.

    python -m tests.unit.guardrails.one_more

A process of its own, for the table is read by modules that are imported once. Prints the stations that were passed.
"""

import sys
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Final

TABLE: Final = "interleaver.api.guardrail_metrics"
END: Final = "\n)\n\nMETRICS: Final"
ENTRIES: Final = """
    GuardrailMetric(
        "MadeUpShort",
        events=("fallbacks.short",),
        trials=REQUESTS,
        words="whose candidate list was too short",
        always=Always(0.2, ("short-lists", "short-ratio")),
        hold="of the last days' interleaved requests had too short a list",
        note="MadeUpShort is about lists that are too short.",
    ),
    GuardrailMetric("MadeUpStatus", events=("fallbacks.status",), trials=REQUESTS, words="that had another status"),
    GuardrailMetric("MadeUpTimeout", events=("calls.candidate.timeout",), trials=CALLS, words="that took too long"),
    GuardrailMetric(
        "MadeUpLatency",
        limit=Limit.DURATION,
        events=("calls.candidate.slow",),
        trials=CALLS,
        words="that were slow and in time",
        allowed=0.05,
        limit_words="a duration for MadeUpLatency",
    ),
"""
NAMES: Final = ("MadeUpShort", "MadeUpStatus", "MadeUpTimeout", "MadeUpLatency")


def add_entries() -> None:
    """Import the table as it is with more entries at its end. Nothing that reads it may have been imported."""
    spec = find_spec(TABLE)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text()
    assert text.count(END) == 1
    module = sys.modules[TABLE] = module_from_spec(spec)
    exec(compile(text.replace(END, ENTRIES.rstrip() + END), spec.origin, "exec"), module.__dict__)


def main() -> None:
    """Pass every station with every new entry, and with every one that was there."""
    add_entries()
    from interleaver.api.guardrail_metrics import METRICS
    from tests.unit.guardrails.stations import STATIONS

    for name, metric in METRICS.items():
        for station in STATIONS:
            station(metric)
            sys.stdout.write(f"{name}: {station.__name__}\n")


if __name__ == "__main__":
    main()
