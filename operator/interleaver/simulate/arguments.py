"""What the options of a command describe: a scenario, with the plan of a file where one is given."""

import argparse
from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from interleaver.api.fields import seconds
from interleaver.api.guardrail_metrics import Limit, find_metric
from interleaver.api.names import KIND
from interleaver.api.spec.guardrails import explain_durations
from interleaver.api.v1alpha1 import Analysis, Guardrail
from interleaver.api.v1alpha1 import Traffic as Ramp
from interleaver.simulate.guards import SIMULATED
from interleaver.simulate.people import People
from interleaver.simulate.requests import Requests
from interleaver.simulate.scenario import Faults, Scenario, Truth


def read_scenario(options: argparse.Namespace) -> Scenario:
    """The scenario that the options describe. Raises ValueError with what does not fit."""
    given = {name: value for name, value in vars(options).items() if value is not None}
    try:
        analysis, traffic = read_plan(given)
        guardrails = read_guardrails(given)
    except ValidationError as error:
        raise ValueError("; ".join(map(explain, error.errors()))) from None
    truth = choose(given, Truth)
    if "preference" in given:
        truth |= {"win_share": find_win_share(given["preference"], truth.get("tie_share", Truth().tie_share))}
    return Scenario(
        Truth(**truth),
        Faults(**choose(given, Faults)),
        analysis,
        traffic,
        Requests(**choose(given, Requests)),
        guardrails,
        read_people(given),
        given.get("looks_per_day", Scenario().looks_per_day),
    )


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


def read_guardrails(given: Mapping[str, Any]) -> tuple[Guardrail, ...]:
    """The guardrails of the option, or those of the file that are on measures of requests. Raises ValueError."""
    found = list_guardrails(given)
    if words := explain_durations(found):
        raise ValueError(f"guardrails {words}")
    return found


def list_guardrails(given: Mapping[str, Any]) -> tuple[Guardrail, ...]:
    """The guardrails, each for itself."""
    if "guardrails" in given:
        pairs = [part.partition("=") for part in given["guardrails"].split(",")]
        metrics = [metric.strip() for metric, _, _ in pairs]
        if twice := next((metric for metric in metrics if metrics.count(metric) > 1), None):
            raise ValueError(f"guardrails name {twice} twice: give one limit for it")
        return tuple(make_guardrail(metric.strip(), limit.strip()) for metric, _, limit in pairs)
    spec = read_spec(given["file"]) if "file" in given else {}
    listed = [Guardrail.model_validate(each) for each in spec.get("guardrails", [])]
    return tuple(each for each in listed if each.metric in SIMULATED)


def make_guardrail(metric: str, limit: str) -> Guardrail:
    """A guardrail named after its metric. Raises ValueError for a metric or a limit that is none."""
    if metric not in SIMULATED:
        raise ValueError(f"guardrails are on {', '.join(SIMULATED)}, and {metric!r} is none of them")
    if find_metric(metric).limit is Limit.DURATION:
        seconds(limit)
    elif not 0 < float(limit) < 1:
        raise ValueError(f"the limit of {metric} must be above 0 and below 1, not {limit}")
    return Guardrail(name=metric.lower(), metric=metric, max=limit)


def read_people(given: Mapping[str, Any]) -> People:
    """What people do. Raises ValueError."""
    people = choose(given, People)
    if "confirm_after" in people:
        people["confirm_after"] = seconds(people["confirm_after"])
    if "pause" in people:
        start, _, end = people["pause"].partition("-")
        people["pause"] = seconds(start), seconds(end)
    return People(**people)


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
