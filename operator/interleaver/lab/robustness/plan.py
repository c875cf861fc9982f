"""What is asked: drawn cases as they are, and each of them disturbed, as a suite that is asked like any other."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import numpy as np

from interleaver.lab.suites.requests import Made
from interleaver.lab.suites.suite import Cases, Request, Suite
from interleaver.lab.terms.labels import label

from .demands import Disturbed

Make = Callable[[], Request]


@dataclass(frozen=True)
class Case:
    """One disturbed request, the row of its undisturbed one in the asked suite, and its own."""

    base: str
    base_row: int
    row: int
    disturbed: Disturbed


@dataclass(frozen=True)
class Plan:
    """All that is asked of each model. Undisturbed requests stand before the disturbed ones that are made of them."""

    suite: Suite
    cases: Sequence[Case]
    bases: Sequence[int]
    """Rows of the undisturbed requests."""


def draw_rows(cases: Cases, count: int, seed: int) -> list[int]:
    """Rows of so many cases, drawn at random, in order; all where there are not more."""
    rows = range(len(cases))
    return list(rows) if count >= len(cases) else sorted(Random(seed).sample(rows, count))


class Later(Made):
    """Requests that are made when they are asked for."""

    def __init__(self, makers: Sequence[Make]) -> None:
        super().__init__(len(makers))
        self.makers = makers

    def make(self, index: int) -> Request:
        return self.makers[index]()


def keep(request: Request) -> Request:
    """A request that is there already."""
    return request


class Planning:
    """Collects requests."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.names: list[str] = []
        self.units: list[str] = []
        self.requests: list[Make] = []
        self.cases: list[Case] = []
        self.bases: list[int] = []

    def add(self, row: int, disturbed: Sequence[Disturbed]) -> None:
        """A case of the suite, and what was made of it."""
        cases = self.suite.cases
        name, unit, request = cases.ids[row], cases.unit_names[cases.units[row]], cases.requests[row]
        base = self.append(name, unit, partial(keep, request))
        self.bases.append(base)
        for at, each in enumerate(disturbed, 1):
            made = Request(each.body, {**request.headers, **each.headers})
            asks = unit if each.unit is None else each.unit
            place = self.append(f"{name} #{at} {each.kind}", asks, each.make or partial(keep, made))
            self.cases.append(Case(name, base, place, each))

    def append(self, name: str, unit: str, request: Make) -> int:
        """One request; its row."""
        self.names.append(name)
        self.units.append(unit)
        self.requests.append(request)
        return len(self.names) - 1

    def finish(self, what: str) -> Plan:
        """The plan, with a digest of what is asked."""
        units = label(self.units)
        sources = label([what] * len(self.names))
        cases = Cases(self.names, units.codes.astype(np.int64), units.names, sources, {}, Later(self.requests))
        digest = hashlib.sha256("\n".join([self.suite.digest, what, *self.names]).encode()).hexdigest()
        suite = replace(self.suite, cases=cases, judgments=None, digest=digest, asked=digest)
        return Plan(suite, self.cases, self.bases)
