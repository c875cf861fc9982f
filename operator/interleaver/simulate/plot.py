"""A plot of forecasts: how the probability of each verdict grows by day, a panel for each true preference."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from interleaver.simulate.forecast import VERDICTS, Forecast
from interleaver.simulate.scenario import Scenario

COLOURS: Final = {"Promote": "#2a7f62", "Rollback": "#b5483a", "Inconclusive": "#8a8a8a"}
FORMATS: Final = (".png", ".svg", ".pdf")
PANELS: Final = 4  # in a row
AFTERMATH: Final = 1.05  # the axis goes on beyond the window, so that what ends with it is seen


def check_plot(path: str) -> None:
    """Raises ValueError when no plot can be drawn to that file, with what to do about it."""
    if Path(path).suffix.lower() not in FORMATS:
        raise ValueError(f"a plot is written as {', '.join(FORMATS)}, and {path!r} is none of them")
    if find_spec("matplotlib") is None:
        raise ValueError("a plot needs matplotlib: install interleaver[study]")


def plot(forecasts: Sequence[Forecast], scenario: Scenario, path: str) -> None:
    """Draw the forecasts to a file. Raises OSError."""
    from matplotlib.figure import Figure  # without pyplot there is no state and no display

    rows = -(-len(forecasts) // PANELS)
    figure = Figure(figsize=(3.2 * PANELS, 2.6 * rows + 0.8), layout="constrained")
    panels = figure.subplots(rows, PANELS, squeeze=False, sharex=True, sharey=True).flatten()
    for panel, forecast in zip(panels, forecasts, strict=False):
        draw(panel, forecast)
    for panel in panels[len(forecasts) :]:
        panel.set_visible(False)
    analysis = scenario.analysis
    figure.suptitle(
        f"{scenario.truth.votes_per_day:g} votes a day at full traffic, tie share {scenario.truth.tie_share:g}, "
        f"margin {analysis.margin}, alpha {analysis.alpha}"
    )
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(VERDICTS))
    figure.savefig(path, dpi=150)


def draw(panel: Any, forecast: Forecast) -> None:
    """One panel: the shares of runs that had ended by each day, stacked."""
    days = (0.0, *forecast.days, forecast.days[-1] * AFTERMATH)
    heights = [(0.0, *forecast.shares[verdict], forecast.shares[verdict][-1]) for verdict in VERDICTS]
    panel.stackplot(days, heights, labels=VERDICTS, colors=[COLOURS[each] for each in VERDICTS], step="post")
    panel.set_title(f"true preference {forecast.preference:+.3g}", fontsize=9)
    panel.set_xlim(0, days[-1])
    panel.set_ylim(0, 1)
    panel.set_xlabel("day", fontsize=8)
    panel.tick_params(labelsize=8)
    panel.set_ylabel("share of runs", fontsize=8)
    panel.label_outer()
