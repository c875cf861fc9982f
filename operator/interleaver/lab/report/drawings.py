"""The page's curves and histograms as files of their own, for whatever shows pictures and no pages."""

import re
from collections.abc import Sequence
from pathlib import Path

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.terms.metric import Task

from .plot import Plot
from .sections import draw_plots
from .writing import load_templates


def write_drawings(evaluation: Evaluation, folder: Path) -> Sequence[Path]:
    """Write an SVG for every plot of every candidate; a ranking has none."""
    if evaluation.suite.task is not Task.SCORING:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_drawing(plot, folder / f"{name_file(plot, place)}.svg")
        for place, trial in enumerate(evaluation.trials, 1)
        for plot in draw_plots(evaluation, trial)
    ]


def name_file(plot: Plot, place: int) -> str:
    """`lab-roc`, and of a second candidate `lab-roc-2`; a team's own plots have names without the lab's."""
    name = re.sub(r"\W+", "-", f"lab {plot.title.lower()}")
    return name if place == 1 else f"{name}-{place}"


def write_drawing(plot: Plot, file: Path) -> Path:
    file.write_text(load_templates().get_template("drawing.svg").render(plot=plot), encoding="utf-8")
    return file
