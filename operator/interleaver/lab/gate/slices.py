"""Which slices a rule is about: all values of an attribute, all combinations of several, or the one that is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.slices import attributes, cut
from interleaver.lab.suites.suite import Cases
from interleaver.lab.terms.figure import WHOLE, Slice


@dataclass(frozen=True)
class Every:
    """Every combination of values of these attributes that occurs, "missing" among them."""

    attributes: tuple[str, ...]


@dataclass(frozen=True)
class One:
    """The one slice with these values."""

    slice: Slice

    @property
    def attributes(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.slice)


Cut = Every | One


def parse_cut(written: object) -> Cut:
    """An entry of `slices`. Raises ValueError."""
    if isinstance(written, str):
        return Every((written,))
    if isinstance(written, Mapping):
        return parse_one(written)
    if isinstance(written, list) and written and all(isinstance(name, str) for name in written):
        if len(set(written)) < len(written):
            raise ValueError("names an attribute twice")
        return Every(tuple(sorted(written)))
    raise ValueError("has to be an attribute, a list of attributes, or attributes with a value each")


def parse_one(written: object) -> One:
    """One slice: attributes with a value each, null where it is missing. Raises ValueError."""
    if not isinstance(written, Mapping) or not written:
        raise ValueError("has to be attributes with a value each, as in {gender: f}")
    if not all(value is None or isinstance(value, str) for value in written.values()):
        raise ValueError("has a value that is no text")
    return One(order({str(name): value for name, value in written.items()}))


def order(values: Mapping[str, str | None]) -> Slice:
    """The slice with its attributes in the order of their names."""
    return tuple(sorted(values.items()))


def list_slices(cuts: Sequence[Cut] | None, cases: Cases) -> list[Slice]:
    """The slices of a rule in the order of its entries, each once; the whole suite where it has none."""
    if cuts is None:
        return [WHOLE]
    found = [one for entry in cuts for one in ([entry.slice] if isinstance(entry, One) else occurring(entry, cases))]
    return list(dict.fromkeys(found))


def occurring(every: Every, cases: Cases) -> list[Slice]:
    """The combinations that occur in the cases, judged or not, so that one without judgments is seen; missing last."""
    found = cut(len(cases), attributes(cases), every.attributes).slices
    return sorted(found, key=lambda one: [(value is None, value or "") for _, value in one])


def select(one: Slice, cases: Cases) -> NDArray[np.bool_]:
    """Which cases are in the slice."""
    columns, inside = attributes(cases), np.ones(len(cases), dtype=np.bool_)
    for name, value in one:
        column = columns[name]
        inside &= column.codes == (-1 if value is None else column.names.index(value))
    return inside
