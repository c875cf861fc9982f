"""Structured log: one JSON line on standard error per event that is worth a person's time. There is no access log."""

import sys
import time

import msgspec


def record(event: str, **fields: object) -> None:
    """Write one event. Fields must be JSON values; secrets, users and tokens have no place here."""
    line = msgspec.json.encode({"time": round(time.time(), 3), "event": event, **fields})
    sys.stderr.write(line.decode() + "\n")
    sys.stderr.flush()
