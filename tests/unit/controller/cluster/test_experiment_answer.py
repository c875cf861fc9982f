"""A template that is too large or too deep is refused before it is unpacked, and the words can be written down."""

import json
from typing import Any

import pytest

from interleaver.api.spec.source import DEEPEST_TEMPLATE, LONGEST_TEMPLATE, MOST_PARTS
from interleaver.controller.cluster.answers import TooLarge
from interleaver.controller.cluster.experiment_answer import read_experiment
from tests.unit.controller.operators import KEY, FakeOperator, make_resource


def make_body(template: Any, status: Any = None) -> bytes:
    resource = make_resource() | {"status": status or {"conditions": []}}
    resource["spec"]["candidate"]["source"]["template"] = template
    return json.dumps(resource).encode()


def nest(levels: int) -> Any:
    deep: Any = {}
    for _ in range(levels):
        deep = {"a": deep}
    return deep


def refuse(body: bytes) -> TooLarge:
    with pytest.raises(TooLarge) as caught:
        read_experiment(body)
    return caught.value


def test_an_experiment_is_read_as_it_is() -> None:
    body = make_body({"spec": {"containers": []}})
    assert read_experiment(body) == json.loads(body)


def test_a_template_is_too_large_above_64_kb() -> None:
    frame = len('{"a":""}')
    read_experiment(make_body({"a": "x" * (LONGEST_TEMPLATE - frame - 1)}))
    error = refuse(make_body({"a": "x" * LONGEST_TEMPLATE}))
    assert error.message.startswith("spec.candidate.source.template is 64 kB long, more than 64 kB: move what is long")


@pytest.mark.parametrize("levels", [DEEPEST_TEMPLATE + 1, 300, 900])
def test_a_template_is_too_deep_above_32_levels(levels: int) -> None:
    read_experiment(make_body(nest(DEEPEST_TEMPLATE - 1)))
    assert "is nested deeper than 32 levels" in refuse(make_body(nest(levels))).message


def test_a_template_has_too_many_parts_above_4096() -> None:
    read_experiment(make_body({"x": [{}] * (MOST_PARTS - 1)}))
    assert "has more than 4096 objects and lists" in refuse(make_body({"x": [{}] * MOST_PARTS})).message


def test_a_template_that_no_parser_can_follow_is_refused_too() -> None:
    text = make_body("HERE").decode().replace('"HERE"', '{"a":' * 5000 + "1" + "}" * 5000)
    error = refuse(text.encode())
    assert error.message.startswith("spec is nested too deeply to be read")
    assert error.outline is not None
    assert error.outline["metadata"]["name"] == "feed"


def test_what_is_refused_keeps_its_metadata_and_its_status() -> None:
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    outline = refuse(make_body({"a": "x" * LONGEST_TEMPLATE}, status)).outline
    assert outline is not None
    assert (outline["metadata"]["uid"], outline["status"]) == ("u-1", status)
    assert "spec" not in outline


def test_an_experiment_that_is_too_large_elsewhere_is_refused() -> None:
    resource = make_resource() | {"status": {"history": ["x" * (1 << 19)]}}
    assert refuse(json.dumps(resource).encode()).message.startswith("the experiment is 5")


def test_a_spec_of_another_form_is_left_to_the_model() -> None:
    body = json.dumps(make_resource() | {"spec": {"champion": 7}}).encode()
    assert read_experiment(body) == json.loads(body)


def test_what_is_refused_is_said_once_in_the_conditions_and_heals_when_it_is_mended() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.live_on(6)
    live = operator.cluster.find("InterleavingExperiment", "feed")
    assert live is not None
    good = live["spec"]["champion"]["source"]["template"]
    operator.cluster.too_large["InterleavingExperiment"] = "spec.champion.source.template is 99 kB long"
    before = len(operator.cluster.writes())
    assert operator.visit().result == operator.visit().result == "invalid"
    stalled = next(one for one in operator.status["conditions"] if one["type"] == "Stalled")
    assert (stalled["reason"], stalled["message"]) == ("TooLarge", "spec.champion.source.template is 99 kB long")
    assert [write[0] for write in operator.cluster.writes()[before:]] == ["patch-status"]
    operator.cluster.too_large.clear()
    assert live["spec"]["champion"]["source"]["template"] == good
    operator.live_on(2)
    assert not [one for one in operator.status["conditions"] if one["type"] == "Stalled"]
    assert KEY in operator.reconciler.list_visited()


@pytest.mark.parametrize("kind", ["Deployment", "ControllerRevision", "ConfigMap", "Service"])
def test_a_child_that_somebody_blew_up_is_named_in_the_conditions(kind: str) -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.live_on(6)
    operator.cluster.too_large[kind] = f"{kind} cannot be used: it is 900 kB long, more than 256 kB"
    assert operator.visit().result == "invalid"
    stalled = next(one for one in operator.status["conditions"] if one["type"] == "Stalled")
    assert stalled["reason"] == "TooLarge"
    assert stalled["message"].startswith(f"{kind} cannot be used")
