"""The commands `simulate` and `plan`: from options to the text they print."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any, Final

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from interleaver.api.names import KIND
from interleaver.api.v1alpha1 import Analysis
from interleaver.api.v1alpha1 import Traffic as Ramp
from interleaver.simulate.forecast import divide_window, forecast, tabulate, write_forecasts
from interleaver.simulate.plot import check_plot, plot
from interleaver.simulate.report import report
from interleaver.simulate.scenario import Faults, Scenario, Truth
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
    traffic = read_traffic(options) if options.votes_per_day is None else None
    if traffic:
        options.votes_per_day = traffic.votes_per_day
    preferences = read_preferences(options.preferences)
    scenarios = [read_scenario(argparse.Namespace(**vars(options), preference=each)) for each in preferences]
    runs = options.runs * len(scenarios)
    outcomes = study(scenarios, options.runs, options.seed, options.jobs, show_progress(runs))
    forecasts = [forecast(each, ended) for each, ended in zip(scenarios, outcomes, strict=True)]
    if options.plot:
        fine = [
            forecast(each, ended, divide_window(each.rules)) for each, ended in zip(scenarios, outcomes, strict=True)
        ]
        plot(fine, scenarios[0], options.plot)
    if options.json:
        return json.dumps(write_forecasts(forecasts, traffic), indent=2)
    return "\n".join([*(traffic.words if traffic else ()), tabulate(forecasts, scenarios[0])])


def read_traffic(options: argparse.Namespace) -> Traffic:
    """The votes a day that live routers show."""
    texts = [fetch(url) for url in options.metrics_url or ()] + [load(path) for path in options.metrics_file or ()]
    return measure(texts, options.percent / 100)


def read_preferences(text: str) -> list[float]:
    """The preferences of a list such as -0.05,0,0.05. Raises ValueError."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(f"preferences must be numbers with commas between them, not {text!r}") from None


def read_scenario(options: argparse.Namespace) -> Scenario:
    """The scenario that the options describe. Raises ValueError with what does not fit."""
    given = {name: value for name, value in vars(options).items() if value is not None}
    try:
        analysis, traffic = read_plan(given)
    except ValidationError as error:
        raise ValueError("; ".join(map(explain, error.errors()))) from None
    truth = choose(given, Truth)
    if "preference" in given:
        truth |= {"win_share": find_win_share(given["preference"], truth.get("tie_share", Truth().tie_share))}
    looks = choose(given, Scenario)
    return Scenario(Truth(**truth), Faults(**choose(given, Faults)), analysis, traffic, **looks)


def explain(error: ErrorDetails) -> str:
    """What is wrong with a value, by its name."""
    where = ".".join(str(part) for part in error["loc"])
    return f"{where} {error['input']!r}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def choose(given: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """The options that are fields of a class."""
    return {name: given[name] for name in given if name in kind.__dataclass_fields__}  # type: ignore[attr-defined]


def find_win_share(preference: float, tie_share: float) -> float:
    """The share of wins among votes that are not ties. Raises ValueError for a preference that ties do not leave."""
    decisive = 1 - tie_share
    if abs(preference) > decisive / 2:
        raise ValueError(f"with a tie share of {tie_share:g} a preference lies within ±{decisive / 2:g}")
    return 0.5 + preference / decisive if decisive else 0.5


def read_plan(given: Mapping[str, Any]) -> tuple[Analysis, Ramp]:
    """Analysis and ramp: the API's defaults, changed by the file, changed by options."""
    spec = read_spec(given["file"]) if "file" in given else {}
    changes = {name: given[name] for name in Analysis.model_fields if name in given}
    analysis = Analysis.model_validate(Analysis.model_validate(spec.get("analysis", {})).model_dump() | changes)
    if "steps" in given:
        return analysis, Ramp.model_validate({"steps": [read_step(step) for step in given["steps"].split(",")]})
    return analysis, Ramp.model_validate(spec.get("traffic", {}))


def read_spec(path: str) -> dict[str, Any]:
    """The spec of the first InterleavingExperiment in a YAML file. Raises ValueError when there is none."""
    with open(path, encoding="utf-8") as file:
        try:
            documents = [each for each in yaml.safe_load_all(file) if isinstance(each, dict)]
        except yaml.YAMLError as error:
            raise ValueError(f"{path} is no YAML: {error}") from None
    spec = next((each.get("spec") for each in documents if each.get("kind") == KIND), None)
    if not isinstance(spec, dict):
        raise ValueError(f"{path} holds no {KIND} with a spec")
    return spec


def read_step(text: str) -> dict[str, Any]:
    """A step such as 10:24h, or 100."""
    percent, _, hold = text.strip().partition(":")
    return {"percent": percent, "hold": hold or None}


def show_progress(runs: int) -> Notice:
    """A bar on the terminal; nothing when the output for people goes elsewhere."""

    def show(done: int) -> None:
        filled = BAR * done // runs
        end = "\n" if done >= runs else ""
        sys.stderr.write(f"\r[{'#' * filled}{' ' * (BAR - filled)}] {done} of {runs} runs{end}")
        sys.stderr.flush()

    return show if sys.stderr.isatty() else lambda done: None
