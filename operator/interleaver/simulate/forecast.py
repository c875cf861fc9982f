"""What a run would come to, by day: from the outcomes of simulated runs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from interleaver.simulate.advice import Advice, write_advice
from interleaver.simulate.moments import Floats
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.report import describe_plan, lay_out
from interleaver.simulate.scenario import DAY, Rules, Scenario
from interleaver.simulate.traffic import Traffic

VERDICTS: Final = ("Promote", "Rollback", "Inconclusive")
POINTS: Final = 168  # of a plot, two hours apart in a window of two weeks
COLUMNS: Final = 7  # days that the table shows, minimumRun not among them


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the runs with one true preference had ended by each of some days. Shares are between 0 and 1."""

    preference: float
    days: tuple[float, ...]
    shares: dict[str, tuple[float, ...]]  # by verdict, at each of the days
    half_done: float  # day by which half of the runs had a verdict
    most_done: float  # the same for 80 %


def forecast(scenario: Scenario, outcomes: Sequence[Outcome], days: Sequence[float] | None = None) -> Forecast:
    """The forecast from the outcomes of a scenario's runs, at `days`, or at those of the table."""
    shown = choose_days(scenario.rules) if days is None else days
    ended = np.array([each.days for each in outcomes])
    half, most = np.quantile(ended, [0.5, 0.8], method="inverted_cdf").tolist()
    shares = {verdict: count_ended(outcomes, verdict, shown) for verdict in VERDICTS}
    return Forecast(scenario.truth.preference, tuple(shown), shares, half, most)


def count_ended(outcomes: Sequence[Outcome], verdict: str, days: Sequence[float]) -> tuple[float, ...]:
    """Which share of the runs had ended with the verdict by each of the days."""
    when: Floats = np.array([each.days for each in outcomes if each.verdict == verdict], dtype=np.float64)
    return tuple(float((when <= day).sum() / len(outcomes)) for day in days)


def choose_days(rules: Rules) -> tuple[float, ...]:
    """Some days of the window, its last one and that of minimumRun among them."""
    window, earliest = rules.window / DAY, rules.minimum_run / DAY
    return tuple(sorted({round(window * number / COLUMNS, 2) for number in range(1, COLUMNS)} | {earliest, window}))


def divide_window(rules: Rules) -> tuple[float, ...]:
    """So many days of the window that a plot looks smooth."""
    return tuple(np.linspace(0, rules.window / DAY, POINTS + 1)[1:].tolist())


def tabulate(forecasts: Sequence[Forecast], scenario: Scenario) -> str:
    """The forecasts as a table, a block for each true preference."""
    days = forecasts[0].days
    head = ("true preference", "verdict by day", *(f"{day:g}" for day in days), "half / 80 % done by day")
    lines = [head]
    for each in forecasts:
        for number, verdict in enumerate(VERDICTS):
            first = f"{each.preference:+.4g}" if number == 0 else ""
            last = f"{each.half_done:.1f} / {each.most_done:.1f}" if number == 0 else ""
            lines.append((first, verdict, *(f"{share:.1%}" for share in each.shares[verdict]), last))
    return "\n".join([*describe_plan(scenario), "", *lay_out(lines)])


def write_forecasts(forecasts: Sequence[Forecast], traffic: Traffic | None, advice: Advice) -> dict[str, Any]:
    """The forecasts as JSON."""
    measured = {"votesPerDay": traffic.votes_per_day, "source": list(traffic.words)} if traffic else None
    return {"traffic": measured, "forecasts": [asdict(each) for each in forecasts], "advice": write_advice(advice)}
