"""Where the candidate is worse, in the terminal: a table where it fits the screen, else two lines for each."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.terms.figure import WHOLE, Figure, Verdict, name_slice

from .cells import show, show_ends, show_figure

TITLE = "Where the candidate is worse"
MOST = 15  # rows in the terminal; the report has them all


def print_worse(console: Console, evaluation: Evaluation, trial: Trial) -> None:
    """Where it is, if anywhere: the surest loss first, and milliseconds and bytes last."""
    worse = [figure for figure in trial.figures if figure.verdict is Verdict.WORSE and figure.slice != WHOLE]
    worse.sort(key=lambda figure: (bool(evaluation.metrics[figure.metric].unit), -weigh(figure)))
    if not worse:
        return
    table = draw_table(worse[:MOST])
    if Measurement.get(console, console.options.update(width=10_000), table).maximum <= console.width:
        console.print(table)
    else:
        print_lines(console, worse[:MOST])
    if len(worse) > MOST:
        console.print(f"and {len(worse) - MOST} more, in the report")


def draw_table(worse: Sequence[Figure]) -> Table:
    """A row for each."""
    table = Table(title=TITLE, title_justify="left", box=None, pad_edge=False)
    for name in ("slice", "metric", "units", "champion", "candidate", "difference", "interval"):
        table.add_column(name, no_wrap=True)
    for figure in worse:
        name = escape(name_slice(figure.slice))
        table.add_row(name, escape(figure.metric), str(figure.units), *show_figure(figure)[:-1])
    return table


def print_lines(console: Console, worse: Sequence[Figure]) -> None:
    """Names on a line of their own, which nothing cuts: a name that is cut is none."""
    console.print(f"[italic]{TITLE}[/]")
    for figure in worse:
        name = f"{escape(name_slice(figure.slice))}: {escape(figure.metric)} of {figure.units:,} units"
        console.print(name, soft_wrap=True)
        values = f"{show(figure.champion)} to {show(figure.candidate)}"
        console.print(f"    {values}: {show(figure.difference, '+')} ({show_ends(figure.difference)})", soft_wrap=True)


def weigh(figure: Figure) -> float:
    """How sure a difference is: how often the half of its interval goes into it."""
    found = figure.difference
    if found is None or found.low is None or found.high is None or found.low == found.high:
        return 0.0
    return 2 * abs(found.value) / (found.high - found.low)
