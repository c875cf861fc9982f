"""Reads `gate.yaml`: what its own text can tell is wrong is refused here, with its line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path as File
from typing import Any, Final

from pydantic import ValidationError

from interleaver.lab.gate.outcome import Level
from interleaver.lab.gate.rules import GateFile, Part, Rule, SuiteBounds, Waiver, key_names
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.terms.written import Path, Written, read_written

_PARTS: Final[dict[str, type[Part]]] = {"suite": SuiteBounds, "rules": Rule, "waivers": Waiver}
_OF_SLICES: Final = ("slices", "slice")


@dataclass(frozen=True)
class Gate:
    """A gate that was read. Rules are counted from 1 where people see them."""

    written: Written
    content: GateFile
    digest: str
    """SHA-256 of the file."""

    @property
    def confidence(self) -> float:
        return self.content.confidence

    @property
    def suite(self) -> SuiteBounds:
        return self.content.suite

    @property
    def rules(self) -> Sequence[Rule]:
        return self.content.rules

    @property
    def waivers(self) -> Sequence[Waiver]:
        return self.content.waivers

    def refuse(self, path: Sequence[str | int], found: str, wanted: str = "") -> Unusable:
        """The error for something in this gate, with the line where it stands."""
        return Unusable(self.written.place(path), found, wanted)


def read_gate(path: File) -> Gate:
    """Read and check a gate by itself; `checking.check_gate` then holds it against a suite. Raises Unusable."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise Unusable(str(path), f"cannot be read: {problem.strerror}") from None
    return parse_gate(str(path), data)


def parse_gate(file: str, data: bytes) -> Gate:
    """The gate in these bytes of YAML. Raises Unusable."""
    written = read_written(file, data, as_text=_OF_SLICES)
    _refuse_empty(written, written.content, ())
    if not isinstance(written.content, dict):
        raise Unusable(written.place(()), "has to be a mapping", f"keys: {', '.join(key_names(GateFile))}")
    try:
        gate = Gate(written, GateFile.model_validate(written.content), sha256(data).hexdigest())
    except ValidationError as problem:
        raise _explain(written, problem) from None
    _refuse_repeated(gate)
    _refuse_toothless(gate)
    return gate


def wanted(gate: Gate) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Metrics and combinations of attributes that the gate needs measured, for `Settings`. Pairs are always cut."""
    metrics = dict.fromkeys(rule.metric for rule in gate.rules)
    cuts = dict.fromkeys(cut.attributes for rule in gate.rules for cut in rule.slices or () if len(cut.attributes) > 2)
    return tuple(metrics), tuple(cuts)


def _refuse_empty(written: Written, value: object, path: Path) -> None:
    """A key without a value would count as left out: a bound never finished, as held. In slices it is missing."""
    if value is None and path:
        raise Unusable(written.place(path), "has no value", "give one, or leave the key out")
    if isinstance(value, list):
        for index, entry in enumerate(value):
            _refuse_empty(written, entry, (*path, index))
    elif isinstance(value, dict):
        for key, entry in value.items():
            if entry is None or key not in _OF_SLICES:
                _refuse_empty(written, entry, (*path, key))


def _explain(written: Written, problem: ValidationError) -> Unusable:
    """The first thing in the file that is wrong, in the house's words; a key that is misspelt before one that lacks."""
    errors = problem.errors(include_url=False)
    first: Any = min(
        errors, key=lambda error: (error["type"] != "extra_forbidden", written.place(error["loc"]).line or 0)
    )
    path = first["loc"]
    if first["type"] == "extra_forbidden":
        part = _PARTS.get(str(path[0]), GateFile) if len(path) > 1 else GateFile
        return Unusable(written.place(path), "is an unknown key", nearest(str(path[-1]), key_names(part)))
    if first["type"] == "missing":
        return Unusable(written.place(path), "is missing")
    if first["type"] == "value_error":
        return Unusable(written.place(path), str(first["ctx"]["error"]))
    wanted = first["msg"].replace("Input should", "it has to")
    if first["type"] in ("model_type", "model_attributes_type"):
        wanted = "it has to be keys with a value each"
    return Unusable(written.place(path), f"is {shorten(first['input'])}", wanted)


def shorten(value: object) -> str:
    """A value as messages show it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _refuse_repeated(gate: Gate) -> None:
    """A rule twice: the same metric, slices and level, and a bound of the same kind, of which only one can be meant."""
    known: dict[tuple[object, ...], int] = {}
    for index, rule in enumerate(gate.rules):
        cuts = None if rule.slices is None else frozenset(rule.slices)
        for bound in rule.bounds:
            first = known.setdefault((_spell(rule.metric), cuts, rule.level, bound.kind), index)
            if first != index:
                said = f"has {bound.kind} for {rule.metric} again, as rule {first + 1} has"
                raise gate.refuse(("rules", index), said, "leave one of them")


def _spell(metric: str) -> str:
    """A metric's name with its numbers in one spelling: FNR@FPR=0.01 and FNR@FPR=0.010 are one metric."""
    return re.sub(r"(?<==)[0-9.eE+-]+", _shorten, metric)


def _shorten(number: re.Match[str]) -> str:
    try:
        return repr(float(number[0]))
    except ValueError:
        return number[0]  # which is refused later, as a name that no metric has


def _refuse_toothless(gate: Gate) -> None:
    """A gate in which no rule can stop a candidate passes everything."""
    if not any(rule.level is Level.BLOCK for rule in gate.rules):
        raise gate.refuse(("rules",), "has no rule with level: block", "one rule has to be able to stop a candidate")
