"""Structured log: one JSON line on standard error per event that is worth a person's time. There is no access log."""

import sys
import time
from typing import Final

import msgspec

SUBJECT: Final[dict[str, object]] = {}  # what every line is about: the experiment and the run, once they are known


def name_subject(experiment: str, run: str | None) -> None:
    """Let every line from now on name the experiment, `namespace/name`, and the run that goes on, if one does."""
    namespace, _, name = experiment.partition("/")
    SUBJECT.clear()
    SUBJECT.update({"namespace": namespace, "name": name})
    if run is not None:
        SUBJECT["run"] = run


def record(event: str, **fields: object) -> None:
    """Write one event. Fields must be JSON values; secrets, users and tokens have no place here."""
    line = msgspec.json.encode({"time": round(time.time(), 3), "event": event, **SUBJECT, **fields})
    sys.stderr.write(line.decode() + "\n")
    sys.stderr.flush()
