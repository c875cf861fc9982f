"""A resource that does not fit the model is told so in its conditions, once."""

from typing import Any

import pytest
from pydantic import ValidationError

from interleaver.api.experiment import Experiment
from interleaver.controller.visits.invalid import explain_invalid, stalled
from tests.unit.controller.fakes import START
from tests.unit.controller.operators import make_resource

READY = {"type": "Ready", "status": "True", "reason": "Serving"}


def error_of(document: dict[str, Any]) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate(document)
    return caught.value


def test_the_field_is_named_by_its_path() -> None:
    reason, message = explain_invalid(error_of(make_resource(metrics={"interval": "soon"})))
    assert reason == "InvalidSpec"
    assert message.startswith("spec.metrics.interval: ")


def test_further_mistakes_are_counted() -> None:
    _, message = explain_invalid(error_of(make_resource(metrics={"interval": "soon"}, replicas=0)))
    assert message.endswith("(1 more)")


def test_a_damaged_status_is_not_blamed_on_the_spec() -> None:
    reason, message = explain_invalid(error_of(make_resource() | {"status": {"serving": 7}}))
    assert reason == "InvalidStatus"
    assert message.startswith("status.serving: ")


def test_other_conditions_are_kept() -> None:
    patch = stalled(make_resource() | {"status": {"conditions": [READY]}}, "InvalidSpec", "words", START)
    assert patch is not None
    assert [one["type"] for one in patch["conditions"]] == ["Stalled", "Ready"]
    assert patch["conditions"][1] == READY
    assert patch["conditions"][0]["observedGeneration"] == 1
    assert patch["observedGeneration"] == 1, "kstatus looks at nothing else before"


def test_what_was_under_way_is_not_told_beside_it() -> None:
    reconciling = READY | {"type": "Reconciling", "reason": "RollingOut"}
    former = {"conditions": [reconciling, READY]}
    first = stalled(make_resource() | {"status": former}, "InvalidSpec", "words", START)
    assert first is not None
    assert [one["type"] for one in first["conditions"]] == ["Stalled", "Ready"]
    both = {"conditions": [*first["conditions"], reconciling]}  # as an older version left it
    again = stalled(make_resource() | {"status": both}, "InvalidSpec", "words", START)
    assert again is not None
    assert [one["type"] for one in again["conditions"]] == ["Stalled", "Ready"]


def test_what_is_said_already_is_not_said_again() -> None:
    first = stalled(make_resource(), "InvalidSpec", "words", START)
    assert stalled(make_resource() | {"status": first}, "InvalidSpec", "words", START) is None


def test_another_mistake_keeps_the_time_at_which_it_stalled() -> None:
    first = stalled(make_resource(), "InvalidSpec", "words", START)
    second = stalled(make_resource() | {"status": first}, "InvalidSpec", "others", START.replace(year=2027))
    assert first is not None
    assert second is not None
    assert second["conditions"][0]["lastTransitionTime"] == first["conditions"][0]["lastTransitionTime"]
    assert second["conditions"][0]["message"] == "others"
