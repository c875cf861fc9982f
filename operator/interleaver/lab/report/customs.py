"""Plots of a team's own: pictures that are data in the page, so that no script or style of theirs is part of it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.measures.custom import CustomPlot, Problem, draw


@dataclass(frozen=True)
class Drawn:
    """One plot; a function that failed has words in place of a picture."""

    name: str
    words: str
    svg: str = ""
    problem: str = ""

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode("utf-8", "replace")).decode("ascii")


def draw_customs(plots: Sequence[CustomPlot], evaluation: Evaluation) -> Sequence[Drawn]:
    """All of them, in the order in which they were given."""
    return [draw_custom(plot, evaluation) for plot in plots]


def draw_custom(plot: CustomPlot, evaluation: Evaluation) -> Drawn:
    found = draw(plot, evaluation)
    if isinstance(found, Problem):
        return Drawn(plot.name, plot.words, problem=found.words)
    return Drawn(plot.name, plot.words, svg=found)
