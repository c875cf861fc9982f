"""The commands `simulate` and `plan`: from options to the text they print."""

import argparse
import json
import sys
from collections.abc import Callable
from time import sleep
from typing import Final

from interleaver.api.fields import seconds
from interleaver.simulate.advice import advise, describe_advice, list_trials
from interleaver.simulate.arguments import read_scenario
from interleaver.simulate.forecast import divide_window, forecast, tabulate, write_forecasts
from interleaver.simulate.plot import check_plot, plot
from interleaver.simulate.report import report
from interleaver.simulate.study import Notice, study
from interleaver.simulate.summary import write_json
from interleaver.simulate.traffic import Traffic, fetch, load, measure

BAR: Final = 40  # characters


def simulate(options: argparse.Namespace) -> str:
    """What `interleaver simulate` prints. Raises ValueError for options that do not fit, OSError for a file."""
    scenario = read_scenario(options)
    (outcomes,) = study([scenario], options.runs, options.seed, options.jobs, show_progress(options.runs))
    if options.json:
        document = {"runs": options.runs, "seed": options.seed} | write_json(scenario, outcomes)
        return json.dumps(document, indent=2)
    return report(scenario, outcomes, options.seed)


def plan(options: argparse.Namespace) -> str:
    """What `interleaver plan` prints; a plot goes to its file. Raises ValueError and OSError."""
    if options.plot:
        check_plot(options.plot)
    if options.votes_per_day is not None and (options.over or options.earlier_file):
        raise ValueError("--over and --earlier-file are for votes that are read off routers, not for --votes-per-day")
    traffic = read_traffic(options) if options.votes_per_day is None else None
    if traffic:
        options.votes_per_day = traffic.votes_per_day
    preferences = read_preferences(options.preferences)
    scenarios = [read_scenario(argparse.Namespace(**vars(options), preference=each)) for each in preferences]
    trials = list_trials(scenarios[0])
    runs = options.runs * (len(scenarios) + len(trials))
    ended_all = study([*scenarios, *trials], options.runs, options.seed, options.jobs, show_progress(runs))
    outcomes, advice = ended_all[: len(scenarios)], advise(trials, ended_all[len(scenarios) :])
    forecasts = [forecast(each, ended) for each, ended in zip(scenarios, outcomes, strict=True)]
    if options.plot:
        fine = [
            forecast(each, ended, divide_window(each.rules)) for each, ended in zip(scenarios, outcomes, strict=True)
        ]
        plot(fine, scenarios[0], options.plot)
    if options.json:
        return json.dumps(write_forecasts(forecasts, traffic, advice), indent=2)
    table = tabulate(forecasts, scenarios[0])
    return "\n".join([*(traffic.words if traffic else ()), table, "", describe_advice(advice)])


def read_traffic(options: argparse.Namespace, wait: Callable[[float], None] = sleep) -> Traffic:
    """The votes a day that live routers show: since they began to count, or between two readings.

    `wait` lets so many seconds go by. Raises ValueError and OSError.
    """
    share = options.percent / 100
    if options.metrics_file:
        if options.over:
            raise ValueError("--over is for --metrics-url; for files give the earlier ones with --earlier-file")
        files = [load(path) for path in options.metrics_file]
        return measure(files, share, [load(path) for path in options.earlier_file or ()])
    if options.earlier_file:
        raise ValueError("--earlier-file goes with --metrics-file; for --metrics-url there is --over")
    earlier = []
    if options.over:
        earlier = [fetch(url) for url in options.metrics_url]
        wait(seconds(options.over))
    return measure([fetch(url) for url in options.metrics_url], share, earlier)


def read_preferences(text: str) -> list[float]:
    """The preferences of a list such as -0.05,0,0.05. Raises ValueError."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(f"preferences must be numbers with commas between them, not {text!r}") from None


def show_progress(runs: int) -> Notice:
    """A bar on the terminal; nothing when the output for people goes elsewhere."""

    def show(done: int) -> None:
        filled = BAR * done // runs
        end = "\n" if done >= runs else ""
        sys.stderr.write(f"\r[{'#' * filled}{' ' * (BAR - filled)}] {done} of {runs} runs{end}")
        sys.stderr.flush()

    return show if sys.stderr.isatty() else lambda done: None
