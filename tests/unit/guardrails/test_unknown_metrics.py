"""A metric without an entry is an error in words wherever its name comes in, and is never taken for another one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from interleaver.api.experiment import Experiment
from interleaver.api.guardrail_metrics import METRICS, find_metric
from interleaver.api.plan import Plan
from interleaver.api.record import seal
from interleaver.api.v1alpha1 import Guardrail, Spec
from interleaver.controller.visits.invalid import explain_invalid
from interleaver.experiment.guardrails.detectors import Guard, list_guards, measure, watch
from interleaver.experiment.guardrails.overall import explain_drop, read_overall
from interleaver.experiment.records.verify import verify
from interleaver.resources.routing import slow_milliseconds
from interleaver.simulate.arguments import make_guardrail
from interleaver.simulate.guards import SIMULATED, Guards
from interleaver.simulate.requests import Requests
from interleaver.simulate.summary import breaks_limit
from interleaver.verify.program import verify_file
from tests.builders import START, make_running_world, make_spec
from tests.unit.experiment.verdicts import make_erring, read_record

ERRORS = {"name": "errors", "metric": "ErrorRatio", "max": "0.02"}
SALES = Guardrail.model_construct(name="sales", metric="Sales", max="0.02")  # past the edge, as no document comes
CALLS = {"calls.candidate.ok": 10, "calls.candidate.error": 90}
KNOWN = ", ".join(METRICS)


def make_plan() -> Plan:
    """A plan with a guardrail that the API would have refused."""
    return make_running_world().run.plan.model_copy(update={"guardrails": [SALES]})


def forge() -> dict[str, Any]:
    """A record whose plan has a guardrail on another metric, hashed and sealed anew."""
    document = read_record(make_erring())
    document["run"]["plan"]["guardrails"][0]["metric"] = "Sales"
    return seal(document)


def test_the_api_refuses_it_and_says_which_there_are() -> None:
    with pytest.raises(ValidationError) as refused:
        Spec.model_validate(make_spec(guardrails=[ERRORS | {"metric": "Sales"}]))
    *others, last = (f"'{name}'" for name in METRICS)
    assert refused.value.errors()[0]["msg"] == f"Input should be {', '.join(others)} or {last}"


def test_a_resource_with_a_run_on_it_says_so_in_its_conditions() -> None:
    document = make_running_world(guardrails=[ERRORS]).experiment.model_dump(by_alias=True, exclude_none=True)
    document["status"]["run"]["plan"]["guardrails"][0]["metric"] = "Sales"
    with pytest.raises(ValidationError) as refused:
        Experiment.model_validate(document)
    reason, words = explain_invalid(refused.value)
    assert reason == "InvalidStatus"
    assert words.startswith("status.run.plan.guardrails.0.metric: Input should be 'ErrorRatio'")


def test_a_record_on_it_is_not_verified_and_the_command_says_why(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"run.plan.guardrails.0.metric"):
        verify(forge())
    file = tmp_path / "record.json"
    file.write_text(json.dumps(forge()))
    with pytest.raises(ValueError, match=r"that this version can read: (.|\n)*guardrails.0.metric(.|\n)*'ErrorRatio'"):
        verify_file(str(file))


PLACES: dict[str, Callable[[], object]] = {
    "the table": lambda: find_metric("Sales"),
    "the kind of a limit": lambda: SALES.limit,
    "a measure": lambda: measure("Sales", CALLS),
    "the guards of a plan": lambda: list(list_guards(make_plan())),
    "a look": lambda: watch(make_plan(), [], CALLS, START),
    "overall conversion": lambda: list(read_overall(make_plan(), CALLS)),
    "the words of a breach": lambda: explain_drop(
        make_running_world().run.model_copy(update={"plan": make_plan()}), "sales"
    ),
    "the routers' configuration": lambda: slow_milliseconds([SALES], "500ms"),
    "simulated guards": lambda: Guards([Guard("sales", "Sales", 0.02)], 1),
    "the truth of a simulation": lambda: breaks_limit(Requests(), Guard("sales", "Sales", 0.02)),
}


@pytest.mark.parametrize("place", PLACES)
def test_past_the_edge_it_is_an_error_too(place: str) -> None:
    with pytest.raises(ValueError, match=f"'Sales' is no metric of a guardrail; there are {KNOWN}"):
        PLACES[place]()


def test_simulate_says_which_can_be_simulated() -> None:
    with pytest.raises(ValueError, match=f"guardrails are on {', '.join(SIMULATED)}, and 'Sales' is none of them"):
        make_guardrail("Sales", "0.02")


def test_arms_are_compared_and_no_share_of_anything() -> None:
    with pytest.raises(ValueError, match="OverallConversion counts no events"):
        measure("OverallConversion", CALLS)
