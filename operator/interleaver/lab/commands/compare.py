"""`interleaver lab compare`: two models side by side, as MLflow's own page shows them."""

import argparse

from rich.markup import escape
from rich.table import Table

from interleaver.lab.tracking.comparing import Side, read_side

from .words import make_console


def add_options(parser: argparse.ArgumentParser) -> None:
    where = "a run's id, or the output folder of an evaluation; FOLDER#champion is its champion, FOLDER its candidate"
    parser.add_argument("left", metavar="RUN_OR_DIR", help=where)
    parser.add_argument("right", metavar="RUN_OR_DIR", help="the same, of the other model")
    parser.add_argument("--tracking", metavar="URI", help="MLflow that the runs are in")


def run(options: argparse.Namespace) -> int:
    left, right = (read_side(text, options.tracking) for text in (options.left, options.right))
    console = make_console()
    console.print(draw(left, right))
    if left.suite != right.suite:
        console.print("[yellow]note[/] they were not measured on the same suite: the numbers say little of the models")
    console.print("intervals and verdicts stand in the report, and in MLflow in slices.json of the candidate's run")
    return 0


def draw(left: Side, right: Side) -> Table:
    """All metrics that one of them has, in the order of the left one."""
    table = Table(box=None, pad_edge=False)
    table.add_column("metric", overflow="fold")
    for title in (left.title, right.title, "right − left"):
        table.add_column(escape(title), justify="right")
    for name in dict.fromkeys([*left.metrics, *right.metrics]):
        pair = left.metrics.get(name), right.metrics.get(name)
        table.add_row(escape(name), *(show(value) for value in pair), show(subtract(*pair), "+"))
    return table


def subtract(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else right - left


def show(value: float | None, sign: str = "") -> str:
    """As many digits as two models need to be told apart."""
    return "–" if value is None else format(value, f"{sign}.1f" if abs(value) >= 1000 else f"{sign}.4f")
