"""A router's metrics, as far as a person is told of them."""

import re
from typing import Final

SAMPLE: Final = re.compile(r"^([a-z_]+)(?:\{(.*)\})? ([^ ]+)$", re.MULTILINE)
LABEL: Final = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


class Samples:
    """The samples of one page of metrics."""

    def __init__(self, text: str) -> None:
        self._found = [
            (name, dict(LABEL.findall(labels)), float(value)) for name, labels, value in SAMPLE.findall(text)
        ]

    def total(self, name: str, **labels: str) -> float | None:
        """The sum of a metric's samples with these labels; None where there are none."""
        found = [value for known, given, value in self._found if known == name and labels.items() <= given.items()]
        return sum(found) if found else None

    def by(self, label: str, name: str, **labels: str) -> dict[str, float]:
        """A metric by the values of one label, without those that are nought."""
        counts: dict[str, float] = {}
        for known, given, value in self._found:
            if known == name and labels.items() <= given.items() and value:
                counts[given.get(label, "")] = counts.get(given.get(label, ""), 0) + value
        return counts
