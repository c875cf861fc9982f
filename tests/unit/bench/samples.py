"""Builders of the benchmark's samples."""

from typing import Any

from bench.router.figures import Sample


def make_sample(target: str, round: int = 1, rate: float = 100, micros: float = 10, **changes: Any) -> Sample:
    """A sample with the same rate at every number of connections."""
    values: dict[str, Any] = {
        "rates": {1: rate, 16: rate, 64: rate},
        "micros": {1: micros, 16: micros, 64: micros},
        "p50": 1.0,
        "p99": 2.0,
        "memory": 20.0,
        "errors": 0,
        "looked_into": 10,
        "faults": 0,
        "fallbacks": None,
        "foreign": 1.0,
    }
    return Sample(target=target, round=round, **{**values, **changes})
