"""How the plots of the study look, and where they go."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib.figure import Figure  # without pyplot there is no state and no display

PAGES: Final = Path("docs/explanation")
DPI: Final = 110  # legible at the width of a page, below 100 kB
GREEN, RED, BLUE, GREY, AMBER = "#2a7f62", "#b5483a", "#2f5d9b", "#8a8a8a", "#c98a1b"


def start_figure(panels: int, height: float = 3.9) -> tuple[Figure, Sequence[Any]]:
    """A figure of some panels side by side."""
    figure = Figure(figsize=(4.6 * panels, height), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    for panel in axes:
        panel.grid(alpha=0.25, linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=9)
    return figure, axes


def save(figure: Figure, directory: str, name: str) -> str:
    """Write the figure, and say where it is."""
    path = Path(directory) / name
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    return f"\n{path}"


def tabulate(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table as the page has it."""
    yield f"\n| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    yield from (f"| {' | '.join(row)} |" for row in rows)
