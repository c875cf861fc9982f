"""What a metric's name means: read once, before anything is asked, so that a wrong name costs no request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from interleaver.lab.measures.family import Family, Takes
from interleaver.lab.measures.ranking_names import RANKING, SERVING
from interleaver.lab.measures.score_names import AT_THRESHOLD, TEMPLATES, find_metric
from interleaver.lab.terms.metric import Metric, Task

FAMILIES: Final[tuple[Family, ...]] = (*RANKING, *SERVING)

DEEPEST: Final = 10_000
"""Greatest depth: far beyond what anybody looks at, and small enough that a slip of the finger fills no memory."""


@dataclass(frozen=True)
class Named:
    """A name that was understood."""

    metric: Metric
    family: Family | None
    """None for a custom metric, and for those of scores, which have names of their own (`score_names`)."""
    depth: int | None = None
    """What stands behind the `@`; None for a custom metric and where nothing stands there."""

    @property
    def name(self) -> str:
        """The whole name, `nDCG@10`."""
        return self.metric.name


class UnknownMetric(ValueError):
    """A name that no metric has. `nearest` are names that may have been meant; else `there` has all."""

    def __init__(self, name: str, nearest: Sequence[str], why: str = "", there: Sequence[str] = ()) -> None:
        self.name, self.nearest = name, tuple(nearest)
        meant = f"did you mean {' or '.join(nearest)}?" if nearest else f"there are {', '.join(there)}"
        super().__init__(f"no metric is called {name!r}{f' ({why})' if why else ''}; {meant}")


def known(task: Task, customs: Iterable[Metric] = ()) -> tuple[str, ...]:
    """All names of a task, as they are written: `nDCG@k`, `errors`; those of custom metrics last."""
    built_in = [name for family in families(task) for name in family.templates]
    of_scores = TEMPLATES if task is Task.SCORING else ()
    return (*of_scores, *built_in, *(custom.name for custom in customs))


def families(task: Task) -> tuple[Family, ...]:
    """The families that a task has."""
    return tuple(family for family in FAMILIES if family.task in (None, task))


def parse(name: str, task: Task, customs: Iterable[Metric] = ()) -> Named:
    """What a name means. Raises UnknownMetric, with the nearest names."""
    customs = tuple(customs)
    for custom in customs:
        if custom.name == name:
            return Named(custom, None)
    scored = find_metric(name) if task is Task.SCORING else None
    if scored:
        return Named(scored, None)
    base, at, behind = name.partition("@")
    for family in families(task):
        if family.base == base and family.takes in ACCEPTS[bool(at)]:
            depth = read_depth(name, behind) if at else None
            return Named(family.metric(name), family, depth)
    raise UnknownMetric(name, nearest(name, task, customs), explain(name, task), known(task, customs))


def explain(name: str, task: Task) -> str:
    """Why a task has no metric of a name that the other task has; empty where neither has."""
    other = Task.SCORING if task is Task.RANKING else Task.RANKING
    base = name.partition("@")[0]
    there = find_metric(name) or base in AT_THRESHOLD if other is Task.SCORING else base in bases(other)
    return f"it is one of the task {other}, and this suite's is {task}" if there else ""


def bases(task: Task) -> list[str]:
    """What stands before the @ in the names of a task's families."""
    return [family.base for family in families(task)]


# What a family must take for a name with and without an `@` to be one of its names.
ACCEPTS: Final = {True: (Takes.DEPTH, Takes.EITHER), False: (Takes.NOTHING, Takes.EITHER)}


def read_depth(name: str, behind: str) -> int:
    """The depth behind the `@`. Raises UnknownMetric for what is none."""
    base = name.partition("@")[0]
    if not (behind.isascii() and behind.isdigit()) or behind.startswith("0"):
        raise UnknownMetric(name, [f"{base}@10"], "a depth is a whole number of at least 1, without zeros before it")
    if len(behind) > len(str(DEEPEST)) or int(behind) > DEEPEST:
        raise UnknownMetric(name, [f"{base}@{DEEPEST}"], f"a depth is at most {DEEPEST}")
    return int(behind)


def nearest(name: str, task: Task, customs: Iterable[Metric] = ()) -> list[str]:
    """Up to three names that look most like this one, at its depth where it has one."""
    behind = name.partition("@")[2]
    behind = behind if behind.isascii() and behind.isdigit() else "10"
    names = [template.replace("@k", f"@{behind}") for template in known(task, customs)]
    alike = {written.lower(): written for written in reversed(names)}
    return [alike[found] for found in get_close_matches(name.lower(), alike, n=3, cutoff=0.5)]
