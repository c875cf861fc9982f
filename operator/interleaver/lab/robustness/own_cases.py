"""A team's own ways to disturb requests: entries of a YAML file, and functions of a Python file."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from interleaver.lab.measures.custom_files import execute, tell_place
from interleaver.lab.suites.description import read_file
from interleaver.lab.suites.json_text import write_json
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

from .demands import SAME, Demand, Disturbed
from .own_rows import OwnRow, check_rows
from .pointing import MISSING, find, put, take_out

FILE: Final = "stress.yaml"
MADE: Final = "__interleaver_lab_stress__"
"""Attribute of a function that is a case: its demand."""


@dataclass(frozen=True)
class Own:
    """One case of a team's own."""

    name: str
    place: str
    make: Callable[[Any], Iterator[Disturbed]]
    """The disturbed forms of a request's document; none where the case does not apply."""


def case(*, overlap: float | None = None, may_be_refused: bool = False) -> Callable[[Any], Any]:
    """Makes a function `(request) -> changed request, or None where it does not apply` a case of `stress --disturb`."""

    def mark(function: Any) -> Any:
        setattr(function, MADE, Demand(may_be_refused, overlap))
        return function

    return mark


def read_own(folder: Path, files: Sequence[Path], task: Task) -> list[Own]:
    """The cases of stress.yaml in a suite's folder, if there is one, and of the files. Raises Unusable."""
    own = [folder / FILE] if (folder / FILE).exists() else []
    found = [each for file in [*own, *files] for each in read_one(file, task)]
    names: dict[str, str] = {}
    for each in found:
        if names.setdefault(each.name, each.place) != each.place:
            raise Unusable(each.place, f"the name {each.name!r} is taken by {names[each.name]}", "give another name")
    return found


def read_one(file: Path, task: Task) -> list[Own]:
    """The cases of a file."""
    if file.suffix == ".py":
        return list(read_functions(file))
    written = read_file(file)
    rows = check_rows(written).cases
    for at, row in enumerate(rows):
        if task is Task.RANKING and (row.increase or row.add) and row.item is None:
            raise Unusable(written.place(("cases", at)), "watches no item", "give the item whose place is compared")
    return [Own(row.name, str(file), lambda document, row=row: disturb_by(row, document)) for row in rows]  # type: ignore[misc]


def disturb_by(row: OwnRow, document: Any) -> Iterator[Disturbed]:
    """The forms that an entry makes of a request; none where what it names is not there."""
    try:
        for detail, changed in change(row, document):
            yield Disturbed(row.name, detail, write_json(changed).encode(), demand_of(row))
    except LookupError:
        return


def change(row: OwnRow, document: Any) -> Iterator[tuple[str, Any]]:
    """What is done, and the changed document."""
    pointer = row.swap or row.increase or row.add or row.remove or ""
    known = find(document, pointer)
    if row.set is not None:
        for at, value in row.set.items():
            document = put(document, at, value)
        yield ", ".join(row.set), document
    elif known is MISSING:
        return
    elif row.swap is not None:
        for value in (each for each in row.values or () if each != known):
            yield f"{pointer}: {json.dumps(value, ensure_ascii=False)}", put(document, pointer, value)
    elif row.increase is not None and isinstance(known, int | float):
        for by in row.by or ():
            more = known + (int(by) if by == int(by) else by)
            yield f"{pointer}: {by:g} more", put(document, pointer, more)
    elif row.add is not None and isinstance(known, list):
        yield f"{pointer}: one more", put(document, pointer, [*known, row.value])
    elif row.remove is not None:
        yield pointer, take_out(document, pointer)


def demand_of(row: OwnRow) -> Demand:
    """What must hold."""
    if row.swap is not None:
        return Demand(row.may_be_refused, SAME)
    if row.increase is None and row.add is None:
        return Demand(row.may_be_refused, row.overlap)
    watched = "" if row.item is None else spell_id(row.item)
    falls = row.direction == "never falls"
    return Demand(
        row.may_be_refused, None, never_falls=watched if falls else None, never_rises=None if falls else watched
    )


def read_functions(file: Path) -> Iterator[Own]:
    """The functions of a Python file that are cases."""
    if not file.is_file():
        raise Unusable(str(file), "there is no such file", "--disturb names a YAML file or a Python file")
    try:
        module = execute(file)
    except Exception as raised:
        raise Unusable(tell_place(file, raised), f"{type(raised).__name__}: {raised}") from raised
    found = [value for value in list_functions(module) if hasattr(value, MADE)]
    if not found:
        raise Unusable(str(file), "defines no case", "decorate a function with @case()")
    for function in found:
        yield Own(function.__name__, str(file), lambda document, function=function: call(file, function, document))  # type: ignore[misc]


def list_functions(module: ModuleType) -> Iterable[Any]:
    return vars(module).values()


def call(file: Path, function: Any, document: Any) -> Iterator[Disturbed]:
    """What a function makes of a request. Raises Unusable where it fails, before anything is asked."""
    try:
        changed = function(json.loads(json.dumps(document)))
        body = None if changed is None else write_json(changed).encode()
    except Exception as raised:
        raise Unusable(tell_place(file, raised), f"{function.__name__}: {type(raised).__name__}: {raised}") from raised
    if body is not None:
        yield Disturbed(function.__name__, "as its function says", body, getattr(function, MADE))


class Applying:
    """Makes own cases, and knows which of them ever applied."""

    def __init__(self, own: Sequence[Own]) -> None:
        self.own = own
        self.applied: set[str] = set()

    def make(self, document: Any) -> list[Disturbed]:
        """Every form of a request."""
        made = [each for one in self.own for each in one.make(document)]
        self.applied.update(each.kind for each in made)
        return made

    def check(self) -> None:
        """Raises Unusable for a case that no drawn request was made for: it would seem to hold."""
        for one in self.own:
            if one.name not in self.applied:
                found = f"the case {one.name!r} applies to no drawn request"
                raise Unusable(one.place, found, "name what requests have, or draw more of them")
