"""Finds custom metrics and plots: in files that are named, and at the entry points of installed packages."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

from interleaver.lab.measures.custom import MADE, CustomMetric, CustomPlot, last_line
from interleaver.lab.measures.names import known
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Place, Unusable

GROUP: Final = "interleaver.lab.metrics"
"""Entry points of this group name a metric, a plot, or a module that has some."""

# What gates, documents and MLflow can write. An @ says a depth or a rate of a metric of the lab's own.
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True)
class Customs:
    """All that a team has of its own."""

    metrics: Sequence[CustomMetric] = ()
    plots: Sequence[CustomPlot] = ()

    def of(self, task: Task) -> list[CustomMetric]:
        """The metrics that measure this task."""
        return [custom for custom in self.metrics if custom.task is task]


TAKEN: Final = (*known(Task.RANKING), *known(Task.SCORING))
"""Names that the lab's own metrics have, of either task: a name means one thing."""


def read_customs(
    files: Sequence[Path], taken: Iterable[str] = TAKEN, points: Iterable[EntryPoint] | None = None
) -> Customs:
    """Metrics and plots of all files and entry points; `taken` are names that they must not have.

    Raises Unusable for a file that is no Python or has no metric, and for a name that is no name or exists already.
    """
    found = [custom for file in files for custom in read_file(file)]
    for point in entry_points(group=GROUP) if points is None else points:
        found += read_point(point)
    unique = list({id(custom): custom for custom in found}.values())  # a name may be imported into several modules
    check_names(unique, frozenset(taken))
    return Customs(
        [custom for custom in unique if isinstance(custom, CustomMetric)],
        [custom for custom in unique if isinstance(custom, CustomPlot)],
    )


def read_file(file: Path) -> Sequence[CustomMetric | CustomPlot]:
    """The metrics and plots that a file defines."""
    if not file.is_file():
        raise Unusable(str(file), "there is no such file", "--metrics names a Python file with @metric functions")
    try:
        module = execute(file)
    except Unusable:
        raise
    except Exception as raised:
        raise Unusable(tell_place(file, raised), f"{type(raised).__name__}: {raised}") from raised
    return require(list_customs(module), str(file))


def execute(file: Path) -> ModuleType:
    """The file as a module that Python knows, as dataclasses within it want; nothing is written beside it."""
    module = ModuleType(f"interleaver_custom_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    exec(compile(file.read_bytes(), str(file), "exec"), vars(module))
    return module


def read_point(point: EntryPoint) -> Sequence[CustomMetric | CustomPlot]:
    """The metrics and plots of an entry point."""
    place = f"entry point {point.name} ({point.value})"
    try:
        loaded = point.load()
    except Unusable:
        raise
    except Exception as raised:
        raise Unusable(place, f"{type(raised).__name__}: {raised}", "uninstall the package, or mend it") from raised
    if isinstance(loaded, CustomMetric | CustomPlot):
        return [loaded]
    return require(list_customs(loaded) if isinstance(loaded, ModuleType) else iter(()), place)


def list_customs(module: ModuleType) -> Iterator[CustomMetric | CustomPlot]:
    """The metrics and plots that a module made, whatever their names are now; then those that it imported."""
    named = vars(module)
    found = [*named.get(MADE, []), *named.values()]
    return (value for value in found if isinstance(value, CustomMetric | CustomPlot))


def require(found: Iterator[CustomMetric | CustomPlot], place: str) -> Sequence[CustomMetric | CustomPlot]:
    """What was found. Raises Unusable where it is nothing: a file that is named by mistake would pass unnoticed."""
    customs = list(found)
    if not customs:
        raise Unusable(place, "defines no metric and no plot", "decorate a function with @metric or @plot")
    return customs


def check_names(customs: Sequence[CustomMetric | CustomPlot], taken: frozenset[str]) -> None:
    """Raises Unusable for a name that cannot be written or is there already."""
    known: dict[str, Place] = {}
    for custom in customs:
        name = custom.metric.name if isinstance(custom, CustomMetric) else custom.name
        place = Place(custom.file, line=custom.line)
        if not NAME.fullmatch(name):
            raise Unusable(place, f"the name {name!r}", "a letter, then letters, digits, `_`, `.` or `-`, at most 80")
        if name in taken:
            raise Unusable(place, f"the name {name} is a metric of the lab's own", "give it another name")
        if name in known:
            raise Unusable(place, f"the name {name} is taken by {known[name]}", "give one of them another name")
        known[name] = place


def tell_place(file: Path, raised: BaseException) -> Place:
    """File and line at which executing a file ended."""
    if isinstance(raised, SyntaxError) and raised.filename == str(file):
        return Place(str(file), line=raised.lineno)
    return Place(str(file), line=last_line(str(file), raised))
