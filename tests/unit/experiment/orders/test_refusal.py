"""What is refused: the field is named, and nothing that runs is touched."""

from typing import Any

import pytest

from interleaver.api import conditions
from interleaver.api.conditions import find
from tests.builders import World, make_experiment, make_running_world, make_source


def stalled(world: World) -> tuple[str, str]:
    found = find(world.status, conditions.STALLED)
    return (found.reason, found.message) if found else ("", "")


def latency(*limits: str) -> list[dict[str, str]]:
    return [{"name": f"limit-{n}", "metric": "LatencyP99", "max": limit} for n, limit in enumerate(limits)]


def test_two_guardrails_on_different_durations_are_refused_by_name() -> None:
    """Routers count slow calls by one duration: the second guardrail was measured by the first one's."""
    world = World(make_experiment(guardrails=latency("250ms", "100ms")))
    world.settle(8)
    reason, message = stalled(world)
    assert reason == "InvalidSpec"
    assert message.startswith("spec.guardrails limit-0 250ms, limit-1 100ms: routers count slow calls by one duration")
    assert world.status.run is None
    world.edit(guardrails=latency("250ms"))
    world.settle(8)
    assert stalled(world) == ("", "")


def test_guardrails_on_the_same_duration_are_measured_beside_each_other() -> None:
    world = World(make_experiment(guardrails=latency("100ms", "100ms")))
    world.settle(8)
    assert stalled(world) == ("", "")
    assert world.status.run is not None


@pytest.mark.parametrize("port", [17080, 17090])
def test_a_template_that_wants_the_routers_port_is_refused(port: int) -> None:
    container = {"name": "model", "image": "m", "ports": [{"containerPort": 9000}, {"containerPort": port}]}
    template = {"spec": {"containers": [container]}}
    world = World(make_experiment(candidate={"revision": "v42", "port": 9000, "source": {"template": template}}))
    world.settle(6)
    assert stalled(world)[0] == "PortConflict"
    assert str(port) in stalled(world)[1]


def declaring(port: Any, kind: str = "containers", **pod: Any) -> dict[str, Any]:
    """A candidate one of whose containers declares this port."""
    model = {"name": "model", "image": "m", "ports": [{"containerPort": 9000}]}
    spec: dict[str, Any] = {"containers": [model], **pod}
    spec[kind] = [*spec.get(kind, []), {"name": "other", "image": "o", "ports": [port]}]
    return {"revision": "v42", "port": 9000, "source": {"template": {"spec": spec}}}


ON_NODE: dict[str, Any] = {"hostNetwork": True}
TAKEN: dict[str, tuple[dict[str, Any], str]] = {
    "the entry's name": (declaring({"containerPort": 9001, "name": "router"}), "named 'router'"),
    "the monitors' name": (declaring({"containerPort": 9001, "name": "router-admin"}), "'router-admin'"),
    "an init container": (declaring({"containerPort": 17080}, "initContainers"), "17080 in container 'other'"),
    "a name in an init container": (declaring({"containerPort": 1, "name": "router"}, "initContainers"), "'router'"),
    "the node's port": (declaring({"containerPort": 9001, "hostPort": 17090}, **ON_NODE), "hostPort 17090"),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_whatever_the_router_needs_is_named_with_its_container(case: str) -> None:
    candidate, words = TAKEN[case]
    world = World(make_experiment(candidate=candidate))
    world.settle(6)
    reason, message = stalled(world)
    assert reason == "PortConflict"
    assert "spec.candidate.source.template" in message
    assert words in message
    assert world.status.run is None


FREE: dict[str, dict[str, Any]] = {
    "a port of the node that leads elsewhere": declaring({"containerPort": 9001, "hostPort": 17080}),
    "a name that is only like ours": declaring({"containerPort": 9001, "name": "admin"}),
}


@pytest.mark.parametrize("case", FREE)
def test_what_only_looks_like_the_routers_is_let_pass(case: str) -> None:
    world = World(make_experiment(candidate=FREE[case]))
    world.settle(8)
    assert stalled(world) == ("", "")
    assert world.run.stage == "Running"


@pytest.mark.parametrize("ports", ["17080", [17080], [{"containerPort": "17080"}, {"containerPort": 1}], 3, {"a": 1}])
def test_ports_that_are_none_are_left_to_the_api_server(ports: Any) -> None:
    container = {"name": "model", "image": "m", "ports": ports}
    template = {"spec": {"containers": [container, 7], "initContainers": "none"}}
    world = World(make_experiment(candidate={"revision": "v42", "port": 9000, "source": {"template": template}}))
    world.step()
    assert stalled(world) == ("", "")


def test_a_port_that_is_found_taken_in_the_pod_is_said_as_soon_as_it_is_seen() -> None:
    words = "PortConflict: container interleaver-router could not start, for another process has port 17080"
    world = World(broken={"v42"}, trouble=words)
    world.settle(6)
    assert stalled(world) == ("PortConflict", words.replace("PortConflict", "v42"))
    world.broken.clear()
    world.settle(4)
    assert stalled(world) == ("", "")
    assert world.run.stage == "Running"


@pytest.mark.parametrize(
    ("container", "words"),
    [
        ("server", "is 'server', but the template has no such container"),
        ("other", "is 'other', but container 'model' declares port 9000"),
    ],
)
def test_a_container_that_cannot_be_the_models_is_refused(container: str, words: str) -> None:
    world = World(make_experiment(candidate=declaring({"containerPort": 9001}) | {"container": container}))
    world.settle(6)
    reason, message = stalled(world)
    assert reason == "InvalidSpec"
    assert f"spec.candidate.container {words}" in message
    assert world.status.run is None


def make_pair(**more: Any) -> dict[str, Any]:
    """A candidate of two containers that declare no port."""
    containers = [{"name": "proxy", "image": "p"}, {"name": "server", "image": "s"}]
    return {"revision": "v42", "port": 9000, "source": {"template": {"spec": {"containers": containers}}}, **more}


def test_a_container_that_is_guessed_among_several_is_told_once_for_each_spec() -> None:
    world = World(make_experiment(candidate=make_pair()))
    world.settle(8)
    told = [each for each in world.announced if each.reason == "ModelContainerGuessed"]
    assert len(told) == 1
    assert "'proxy', the first" in told[0].message
    assert "spec.candidate.container" in told[0].message
    assert world.run.stage == "Running"


def test_a_container_that_is_named_is_no_guess() -> None:
    world = World(make_experiment(candidate=make_pair(container="server")))
    world.settle(8)
    assert "ModelContainerGuessed" not in [each.reason for each in world.announced]
    assert world.run.stage == "Running"


def test_a_template_that_the_api_server_refuses_starts_no_run() -> None:
    world = World(invalid={"v42": "spec.template.spec.containers[0].image: Required value"})
    world.settle(6)
    reason, message = stalled(world)
    assert reason == "InvalidTemplate"
    assert "containers[0].image: Required value" in message
    assert world.status.run is None
    assert world.condition(conditions.READY).status == "True"


def test_a_service_of_somebody_else_is_never_touched() -> None:
    world = World(foreign_service=True)
    world.settle(6)
    assert stalled(world)[0] == "ServiceExists"
    assert "home-feed" not in [item["metadata"]["name"] for item in world.objects("Service")]
    assert world.condition(conditions.READY).status == "False"
    assert world.status.run is None


def test_another_template_under_the_same_name_is_reported_and_not_rolled_out() -> None:
    world = make_running_world()
    before = world.revisions()
    world.edit(candidate=make_source("v42", port=9001))
    world.settle(3)
    assert stalled(world)[0] == "RevisionReused"
    assert world.run.stage == "Running"
    assert world.revisions() == before


def test_answers_of_the_champion_that_break_the_contract_are_reported() -> None:
    world = make_running_world()
    world.fall_back("contract", 100)
    world.step()
    reason, message = stalled(world)
    assert reason == "ContractMismatch"
    assert "'/items'" in message
    assert world.condition(conditions.READY).status == "True"


def test_a_ranking_in_tensors_is_named_by_its_ids() -> None:
    unit = {"header": "X-User-Id"}
    world = make_running_world(contract={"path": "/v2/models/m/infer", "unit": unit, "tensor": {"ids": "item_id"}})
    world.fall_back("contract", 100)
    world.step()
    reason, message = stalled(world)
    assert reason == "ContractMismatch"
    assert "spec.contract.tensor's output 'item_id'" in message


@pytest.mark.parametrize("reason", ["champion", "contract", "page"])
def test_answers_of_the_champion_that_cannot_be_compared_are_not_laid_at_the_candidates_door(reason: str) -> None:
    world = make_running_world()
    world.fall_back(reason, 100)
    world.step()
    assert world.condition(conditions.CANDIDATE_READY).status == "True"


def test_answers_of_the_candidate_that_cannot_be_compared_are_reported() -> None:
    world = make_running_world()
    world.fall_back("parse", 100)
    world.step()
    found = world.condition(conditions.CANDIDATE_READY)
    assert (found.status, found.reason) == ("False", "FallingBack")
    assert "parse 100" in found.message
