"""When routers are replaced: what a person asked for, for which revision, and when it costs nobody anything."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from interleaver.api import conditions, names
from interleaver.api.fields import timestamp
from interleaver.api.sidecar import FORM, Sidecar, make_sidecar
from interleaver.api.v1alpha1 import Router
from interleaver.experiment.run import advance
from interleaver.resources.desired import desired
from interleaver.resources.snapshot import parse_snapshot
from tests.builders import ROUTER_IMAGE, World, make_experiment, make_running_world

SMALL = {"requests": {"cpu": "10m", "memory": "32Mi"}}
NEXT_IMAGE = "localhost/interleaver-router:next"
REFRESH = {names.ANNOTATION_REFRESH_ROUTER: "monday"}
QUOTA = 'FailedCreate: pods "feed-1" is forbidden: exceeded quota: small, requested: cpu=100m'
PULL = "ErrImagePull: container interleaver-router: not found"


def make_serving_world(**spec: Any) -> World:
    """A champion that serves, and no candidate."""
    world = World(make_experiment(candidate=None, **spec))
    world.settle(6)
    assert world.condition("Ready").status == "True"
    return world


def sidecars(world: World) -> dict[str, Sidecar]:
    """What is added to the pods of each revision."""
    return {(kept := parse_snapshot(each)).name: kept.sidecar for each in world.objects("ControllerRevision")}


def router_of(world: World, revision: str) -> dict[str, Any]:
    """The router's container in the pods of a revision."""
    found = (
        each for each in world.objects("Deployment") if each["metadata"]["labels"][names.LABEL_REVISION] == revision
    )
    router: dict[str, Any] = next(found)["spec"]["template"]["spec"]["initContainers"][-1]
    return router


def current(world: World) -> tuple[str, str]:
    found = world.condition(conditions.ROUTERS_CURRENT)
    return found.status, found.reason


def test_outside_a_run_what_serves_takes_a_mended_router_by_a_rolling_update() -> None:
    world = make_serving_world()
    world.lingering = {}
    world.edit(router={"resources": SMALL})
    world.step()
    assert router_of(world, "v41")["resources"] == SMALL
    assert current(world) == ("False", "Renewing")
    world.step()
    assert current(world) == ("False", "Renewing"), "until the last pod of before is gone"
    world.lingering = {}
    world.step()
    assert (current(world), world.status.renewals) == (("True", "Current"), [])
    assert [each.reason for each in world.announced][-2:] == ["RoutersRenewing", "RoutersRenewed"]


def test_what_was_decided_outlives_the_status_and_the_operator() -> None:
    world = make_serving_world()
    world.edit(router={"resources": SMALL})
    world.settle(3)
    before = world.objects("Deployment")
    document = world.experiment.model_copy(update={"status": type(world.status)()})
    world.experiment, world.router_image = document, NEXT_IMAGE
    world.settle(3)
    assert world.objects("Deployment") == before


def test_in_mid_run_what_serves_stays_and_a_condition_says_until_when() -> None:
    world = make_running_world()
    before = world.objects("Deployment")
    world.edit(router={"resources": SMALL, "adminPort": 17099})
    world.settle(3)
    assert world.objects("Deployment") == before
    assert current(world) == ("False", "Waiting")
    message = world.condition(conditions.ROUTERS_CURRENT).message
    assert world.run.running_since is not None
    end = timestamp(type(world.now).fromisoformat(world.run.running_since) + timedelta(hours=24, minutes=2))
    assert "spec.router (adminPort, resources) waits for the routers of v41, v42" in message
    assert f"once the run {world.run.id} is over, at {end} at the latest" in message


def test_after_the_run_it_is_taken_up() -> None:
    world = make_running_world()
    world.edit(router={"resources": SMALL})
    world.vote(loss=300)
    world.settle(3)
    assert world.status.run is None
    world.settle(3)
    assert router_of(world, "v41")["resources"] == SMALL
    assert current(world) == ("True", "Current")


@pytest.mark.parametrize("trouble", [QUOTA, PULL, "Unschedulable: 0/1 nodes: Insufficient cpu"])
def test_in_mid_run_pods_that_cannot_be_had_take_it_at_once(trouble: str) -> None:
    world = make_running_world()
    world.broken, world.trouble = {"v42"}, trouble
    world.edit(router={"resources": SMALL})
    world.step()
    assert router_of(world, "v42")["resources"] == SMALL
    assert router_of(world, "v41")["resources"] != SMALL, "what serves is well"


def test_in_mid_run_a_champion_with_a_ready_pod_takes_it_if_the_next_one_cannot_be_had() -> None:
    world = make_running_world()
    world.edit(router={"resources": SMALL})
    world.step()
    hash_ = world.run.plan.champion.hash
    observed = world.observe()
    stuck = replace(observed.deployed[hash_], trouble=QUOTA)
    assert stuck.ready > 0
    status = advance(world.experiment, replace(observed, deployed={**observed.deployed, hash_: stuck}), world.now)
    assert [(each.revision, each.sidecar.resources.to_dict()) for each in status.renewals] == [("v41", SMALL)]


def test_a_model_that_crashes_is_no_reason_to_replace_ready_routers() -> None:
    world = make_running_world()
    world.edit(router={"resources": SMALL})
    world.step()
    hash_ = world.run.plan.champion.hash
    observed = world.observe()
    ill = replace(observed.deployed[hash_], trouble="CrashLoopBackOff: container model: exit code 1")
    status = advance(world.experiment, replace(observed, deployed={**observed.deployed, hash_: ill}), world.now)
    assert status.renewals == []


def test_a_candidate_that_never_came_up_is_tried_with_what_the_spec_says_by_now() -> None:
    world = World(broken={"v42"}, trouble=QUOTA)
    world.settle(6)
    assert world.run.running_since is None
    world.edit(router={"resources": SMALL})
    world.step(1)
    assert router_of(world, "v42")["resources"] == SMALL
    assert router_of(world, "v41")["resources"] != SMALL
    world.broken.clear()
    world.settle(3)
    assert world.run.stage == "Running"


def test_an_operator_upgrade_alone_replaces_no_router_and_says_how_to() -> None:
    world = make_serving_world()
    before = world.manifests
    world.router_image = NEXT_IMAGE
    world.settle(3)
    assert world.manifests == before
    assert current(world) == ("True", "Current")
    assert "those of v41 are of an earlier version" in world.condition(conditions.ROUTERS_CURRENT).message


def test_another_value_of_the_spec_does_not_bring_another_image() -> None:
    world = make_serving_world()
    world.router_image = NEXT_IMAGE
    world.edit(router={"resources": SMALL})
    world.settle(3)
    assert (router_of(world, "v41")["image"], router_of(world, "v41")["resources"]) == (ROUTER_IMAGE, SMALL)


def test_an_image_that_cannot_be_pulled_gives_way_to_the_operators_own_where_no_pod_is_ready() -> None:
    world = World(make_experiment(candidate=None), broken={"v41"}, trouble=PULL)
    world.settle(4)
    world.router_image = NEXT_IMAGE
    world.settle(2)
    assert router_of(world, "v41")["image"] == NEXT_IMAGE


def test_the_command_to_refresh_brings_the_operators_image_once() -> None:
    world = make_serving_world()
    world.router_image = NEXT_IMAGE
    world.edit(annotations=REFRESH)
    world.settle(3)
    assert router_of(world, "v41")["image"] == NEXT_IMAGE
    assert world.status.refreshed == "monday"
    world.router_image = "localhost/interleaver-router:third"
    world.settle(3)
    assert router_of(world, "v41")["image"] == NEXT_IMAGE, "the same command again does nothing"
    world.edit(annotations={names.ANNOTATION_REFRESH_ROUTER: "tuesday"})
    world.settle(3)
    assert router_of(world, "v41")["image"] == "localhost/interleaver-router:third"


def test_the_command_to_refresh_waits_for_the_end_of_a_run() -> None:
    world = make_running_world()
    world.router_image = NEXT_IMAGE
    world.edit(annotations=REFRESH)
    world.settle(3)
    assert router_of(world, "v41")["image"] == ROUTER_IMAGE
    assert world.status.refreshed is None
    message = world.condition(conditions.ROUTERS_CURRENT).message
    assert "interleaver.dev/refresh-router=monday waits for the routers of v41, v42" in message
    world.vote(loss=300)
    world.settle(6)
    assert router_of(world, "v41")["image"] == NEXT_IMAGE
    assert world.status.refreshed == "monday"


def test_a_run_starts_once_the_routers_are_replaced() -> None:
    world = make_serving_world()
    world.lingering = {}
    candidate = make_running_world().experiment.spec.candidate
    assert candidate is not None
    world.edit(router={"resources": SMALL}, candidate=candidate.to_dict())
    world.settle(3)
    assert world.status.run is None
    assert world.condition("Concluded").message == "v42 is tried once the routers of v41 are replaced"
    world.lingering = {}
    world.settle(3)
    assert world.run.plan.candidate.revision == "v42"


def test_the_image_of_the_spec_comes_and_goes_with_it() -> None:
    digest = "registry.example/router@sha256:" + "a" * 64
    world = make_serving_world(router={"image": digest})
    assert sidecars(world)["v41"] == make_sidecar(Router(image=digest), ROUTER_IMAGE)
    world.edit(router={})
    world.settle(3)
    assert sidecars(world)["v41"] == make_sidecar(Router(), ROUTER_IMAGE)
    world.edit(router={"image": ROUTER_IMAGE})
    before = world.objects("Deployment")
    world.settle(3)
    assert world.objects("Deployment") == before, "the same image by another word restarts nothing"


def test_a_port_that_the_template_declares_is_refused_and_nothing_is_replaced() -> None:
    world = make_running_world(champion=make_experiment().spec.champion.to_dict())
    world.vote(win=400, tie=100, loss=250)
    for seconds in (3601, 5, 5, 3601, 5, 5, 3601, 5, 5, 3601, 5, 5):
        world.step(seconds)
    assert world.status.run is None
    assert world.status.serving is not None
    assert world.status.serving.revision == "v42"
    other = make_experiment().spec.champion.to_dict() | {"port": 9100, "source": {"template": {"spec": {}}}}
    before = world.objects("Deployment")
    world.edit(champion=other, candidate=None, router={"port": 9000})
    world.settle(2)
    assert world.objects("Deployment") == before
    assert current(world) == ("False", "PortConflict")
    assert "the routers of v42 stay as they are" in world.condition("Stalled").message


def entry_target(world: World) -> Any:
    entry = next(each for each in world.objects("Service") if each["metadata"]["name"] == "home-feed")
    return entry["spec"]["ports"][0]["targetPort"]


def listening(world: World) -> int:
    found = (port["containerPort"] for port in router_of(world, "v41")["ports"])
    return int(next(found))


def test_while_the_port_changes_the_entry_finds_it_by_a_name_that_every_pod_gives_its_own() -> None:
    world = make_serving_world()
    world.lingering = {}
    hash_ = world.status.serving.hash if world.status.serving else ""
    world.edit(router={"port": 18080})
    world.step()
    assert (entry_target(world), listening(world)) == (f"ilv-{hash_}", 17080), "the entry goes first"
    world.step()
    assert (entry_target(world), listening(world)) == (f"ilv-{hash_}", 18080)
    world.step()
    assert entry_target(world) == f"ilv-{hash_}", "as long as a pod of before is left"
    world.lingering = {}
    world.settle(2)
    assert (entry_target(world), listening(world)) == (18080, 18080)
    assert current(world) == ("True", "Current")


def test_pods_of_before_get_a_name_for_their_port_before_they_get_another_port() -> None:
    world = make_serving_world()
    forget_names(world)
    assert router_of(world, "v41")["ports"][0] == {"name": "router", "containerPort": 17080, "protocol": "TCP"}
    world.lingering = {}
    seen = []
    world.edit(router={"port": 18080})
    for _ in range(8):
        world.step()
        seen.append((entry_target(world), listening(world), router_of(world, "v41")["ports"][0]["name"]))
        world.lingering = {}
    hash_ = world.status.serving.hash if world.status.serving else ""
    name = f"ilv-{hash_}"
    steps = [(17080, 17080, name), (name, 17080, name), (name, 18080, name), (18080, 18080, name)]
    assert list(dict.fromkeys(seen)) == steps
    assert world.status.renewals == []


def forget_names(world: World) -> None:
    """Let all revisions be as an earlier operator deployed them."""
    observed = world.observe()
    older = {
        hash_: replace(
            each,
            snapshot=each.snapshot.model_copy(
                update={"sidecar": each.snapshot.sidecar.model_copy(update={"named": None})}
            ),
        )
        for hash_, each in observed.deployed.items()
    }
    world.manifests = desired(world.experiment, replace(observed, deployed=older))


def test_what_an_earlier_operator_deployed_is_rendered_as_it_was() -> None:
    world = make_serving_world()
    forget_names(world)
    before = world.manifests
    world.settle(3)
    assert world.manifests == before
    assert sidecars(world)["v41"].named is None


def test_a_renewal_that_does_not_come_to_its_end_needs_a_person() -> None:
    world = make_serving_world()
    world.lingering = {}
    world.edit(router={"resources": SMALL})
    world.settle(2)
    world.step(601)
    stalled = world.condition("Stalled")
    assert stalled.reason == "ProgressDeadlineExceeded"
    assert "the routers of v41 are not all replaced after 10m" in stalled.message


def test_a_long_command_is_remembered_by_its_digest() -> None:
    world = make_serving_world()
    world.edit(annotations={names.ANNOTATION_REFRESH_ROUTER: "x" * 5000})
    world.settle(2)
    assert world.status.refreshed is not None
    assert len(world.status.refreshed) == 10


def test_routers_that_are_replaced_have_the_form_of_now_with_the_image_of_now() -> None:
    kept = Sidecar(image=ROUTER_IMAGE, port=17080, admin_port=17090, resources=Router().resources)
    assert make_sidecar(Router(), ROUTER_IMAGE).form == FORM
    assert kept.form is None
