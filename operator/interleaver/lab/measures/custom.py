"""A team's own metrics and plots: Python functions with a name, a direction and a docstring.

    @metric(name="fraud_cost", direction="lower", unit="EUR")
    def fraud_cost(labels, scores, weights, threshold, attributes):
        \"\"\"What wrong decisions cost.\"\"\"

What such a function does wrong is an outcome with words that name its file and line; it never ends an evaluation.
"""

import inspect
import math
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final, TypeVar

from interleaver.lab.terms.metric import Direction, Metric, Task
from interleaver.lab.terms.unusable import Place, Unusable

# How many arguments a function takes says which task it measures.
SCORING: Final = ("labels", "scores", "weights", "threshold", "attributes")
RANKING: Final = ("ranked", "ideal")

MADE: Final = "__interleaver_lab_customs__"
"""Name of a list in each module that defines some: all of them, in order."""


@dataclass(frozen=True)
class CustomMetric:
    """A metric of a team's own.

    Scoring: `function(labels, scores, weights, threshold, attributes) -> float`, called for each model and slice, and
    again for each resample. labels int8 of 0 and 1, scores float64, weights float64 (how often a sample counts; all 1
    outside of resamples), each of shape (samples,); threshold the float at or above which a sample is taken as 1;
    attributes a mapping of names to arrays of str or None, (samples,).

    Ranking: `function(ranked, ideal) -> float`, called for each query. ranked: the gains of the items in the list's
    order, 0 where nobody judged one; ideal: all judged gains, greatest first. Both float64.
    """

    metric: Metric
    task: Task
    function: Callable[..., Any]
    file: str
    line: int

    def __call__(self, *values: Any) -> Any:
        """The function itself, so that a team can test it."""
        return self.function(*values)


@dataclass(frozen=True)
class CustomPlot:
    """A plot of a team's own: `function(evaluation) -> SVG text or matplotlib figure`; the report shows it."""

    name: str
    words: str
    function: Callable[[Any], Any]
    file: str
    line: int

    def __call__(self, evaluation: Any) -> Any:
        """The function itself."""
        return self.function(evaluation)


Kept = TypeVar("Kept", CustomMetric, CustomPlot)


@dataclass(frozen=True)
class Problem:
    """Why a custom function gave nothing that can be used."""

    words: str


def metric(*, name: str, direction: str, unit: str = "") -> Callable[[Callable[..., Any]], CustomMetric]:
    """Makes a function a metric. `direction` is `higher` or `lower`: which way is better."""

    def make(function: Callable[..., Any]) -> CustomMetric:
        file, line = find(function)
        place = Place(file, line=line)
        if direction not in tuple(Direction):
            raise Unusable(place, f"metric {name}: direction {direction!r}", "it is `higher` or `lower`")
        words = describe(function, place, f"metric {name}")
        found = Metric(name, Direction(direction), unit, words)
        return keep(CustomMetric(found, tell_task(function, place, name), function, file, line))

    return make


def plot(*, name: str) -> Callable[[Callable[[Any], Any]], CustomPlot]:
    """Makes a function of an evaluation a plot."""

    def make(function: Callable[[Any], Any]) -> CustomPlot:
        file, line = find(function)
        words = describe(function, Place(file, line=line), f"plot {name}")
        return keep(CustomPlot(name, words, function, file, line))

    return make


def keep(custom: Kept) -> Kept:
    """Notes the custom in its own module, where a second function of the same name would take its place unseen."""
    custom.function.__globals__.setdefault(MADE, []).append(custom)
    return custom


def find(function: Callable[..., Any]) -> tuple[str, int]:
    """File and line in which a function begins, its decorator included."""
    code = inspect.unwrap(function).__code__
    return code.co_filename, code.co_firstlineno


def describe(function: Callable[..., Any], place: Place, what: str) -> str:
    """The first paragraph of the docstring, in one line: what readers of figures are told."""
    text = inspect.getdoc(function) or ""
    if not text.strip():
        raise Unusable(place, f"{what} has no docstring", "its first sentence tells readers what they see")
    return " ".join(text.split("\n\n")[0].split())


def tell_task(function: Callable[..., Any], place: Place, name: str) -> Task:
    """Which task a metric is for, by how many arguments it takes."""
    parameters = inspect.signature(function).parameters
    if len(parameters) == len(SCORING):
        return Task.SCORING
    if len(parameters) == len(RANKING):
        return Task.RANKING
    wanted = f"({', '.join(SCORING)}) for scores, or ({', '.join(RANKING)}) for rankings"
    raise Unusable(place, f"metric {name} takes {len(parameters)} arguments", wanted)


def call(custom: CustomMetric, *values: Any) -> float | Problem:
    """One value of a custom metric, or what was wrong with it."""
    try:
        value = float(custom.function(*values))
    except Exception as raised:  # noqa: BLE001 - a team's function may raise anything; it is told, and the run goes on
        return Problem(f"{custom.metric.name} raised {type(raised).__name__}: {raised} ({locate(custom, raised)})")
    if not math.isfinite(value):
        return Problem(f"{custom.metric.name} returned {value} ({custom.file}, line {custom.line})")
    return value


def draw(custom: CustomPlot, evaluation: Any) -> str | Problem:
    """A custom plot as SVG text, or what was wrong with it."""
    try:
        drawn = custom.function(evaluation)
        text = drawn if isinstance(drawn, str) else save(drawn)
    except Exception as raised:  # noqa: BLE001 - the same
        return Problem(f"plot {custom.name} raised {type(raised).__name__}: {raised} ({locate(custom, raised)})")
    start = text.find("<svg")
    if start < 0:
        return Problem(f"plot {custom.name} returned no SVG ({custom.file}, line {custom.line})")
    return text[start:]  # without an XML declaration, which may not stand within a page


def save(figure: Any) -> str:
    """A matplotlib figure as SVG."""
    text = StringIO()
    figure.savefig(text, format="svg")
    return text.getvalue()


def locate(custom: CustomMetric | CustomPlot, raised: BaseException) -> str:
    """The innermost line of the custom function's file that led to what was raised."""
    return f"{custom.file}, line {last_line(custom.file, raised) or custom.line}"


def last_line(file: str, raised: BaseException) -> int | None:
    """The innermost line of a file that led to what was raised; None where none did."""
    lines = [line for frame, line in traceback.walk_tb(raised.__traceback__) if frame.f_code.co_filename == file]
    return lines[-1] if lines else None
