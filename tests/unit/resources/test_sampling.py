"""Samples: what routers are told, where they write, and that nothing changes where nobody asks for any."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from interleaver.api import names
from interleaver.api.plan import freeze
from interleaver.api.revision import Identity, Revision, Snapshot, snapshot
from interleaver.api.routing import Config, Sampling, Value, decode
from interleaver.api.sidecar import WRITES_SAMPLES
from interleaver.api.v1alpha1 import Router
from interleaver.resources.deployment import deployment
from interleaver.resources.desired import desired
from tests.builders import ROUTER_IMAGE, World, make_experiment, make_running_world

VOLUME = {"name": "interleaver-samples", "emptyDir": {"sizeLimit": "1Gi"}}
MOUNT = {"name": "interleaver-samples", "mountPath": "/var/lib/interleaver/samples"}


def make_pods(form: int | None, **pod: Any) -> dict[str, Any]:
    """The pods of a revision with a sidecar of this form."""
    template = {"spec": {"containers": [{"name": "model", "image": "m:1"}]} | pod}
    made = snapshot(Revision(name="v41", port=9000, template=template), Router(), ROUTER_IMAGE)
    aged = made.renew(made.sidecar.model_copy(update={"form": form}))
    found: dict[str, Any] = deployment(make_experiment(), aged, 1)["spec"]["template"]["spec"]
    return found


def config_of(world: World) -> Config:
    return decode(world.objects("ConfigMap")[0]["data"][names.CONFIG_FILE])


def make_older(made: Snapshot) -> Snapshot:
    return made.model_copy(update={"sidecar": made.sidecar.model_copy(update={"form": WRITES_SAMPLES - 1})})


def test_routers_are_told_nothing_where_nobody_asks_for_samples() -> None:
    world = make_running_world()
    assert config_of(world).sampling is msgspec.UNSET
    assert "sampling" not in world.objects("ConfigMap")[0]["data"][names.CONFIG_FILE]


def test_routers_are_told_what_the_spec_says_in_their_own_form() -> None:
    asked = {
        "rate": "0.025", "headers": ["Accept-Language"], "hash": [{"header": "X-User-Id"}],
        "drop": [{"pointer": "/user/email"}], "lineBytes": 2048, "fileBytes": 100_000, "files": 3,
    }  # fmt: skip
    assert config_of(make_running_world(sampling=asked)).sampling == Sampling(
        folder="/var/lib/interleaver/samples",
        per_billion=25_000_000,
        headers=("Accept-Language",),
        hash=(Value(header="X-User-Id"),),
        drop=(Value(pointer="/user/email"),),
        line_bytes=2048,
        file_bytes=100_000,
        files=3,
    )


@pytest.mark.parametrize(("rate", "per_billion"), [("1", 1_000_000_000), (".000000001", 1), ("0.1", 100_000_000)])
def test_a_share_is_exact(rate: str, per_billion: int) -> None:
    found = config_of(make_running_world(sampling={"rate": rate})).sampling
    assert isinstance(found, Sampling)
    assert found.per_billion == per_billion


def test_samples_that_are_asked_for_in_the_middle_of_a_run_are_taken_at_once_and_restart_nothing() -> None:
    world = make_running_world()
    before, plan = world.objects("Deployment"), world.status.run.plan_hash if world.status.run else ""
    world.edit(sampling={})
    world.step()
    assert isinstance(config_of(world).sampling, Sampling)
    assert world.objects("Deployment") == before
    assert world.status.run is not None
    assert world.status.run.plan_hash == plan, "they are no part of what decides a run"


def test_a_plan_does_not_know_samples() -> None:
    champion, candidate = Identity(revision="v41", hash="a"), Identity(revision="v42", hash="b")
    experiments = [make_experiment(), make_experiment(sampling={"rate": "1"})]
    plans = [freeze(experiment.spec, champion, candidate) for experiment in experiments]
    assert plans[0].hash == plans[1].hash
    assert "sampling" not in json.dumps(plans[1].to_dict())


def test_no_router_is_told_of_samples_while_one_is_there_that_would_refuse_it() -> None:
    world = make_running_world(sampling={})
    observed = world.observe()
    hash_, one = next(iter(observed.deployed.items()))
    older = {**observed.deployed, hash_: replace(one, snapshot=make_older(one.snapshot))}
    world.manifests = desired(world.experiment, replace(observed, deployed=older))
    assert config_of(world).sampling is msgspec.UNSET
    world.step()
    words = world.condition("RoutersCurrent").message
    assert "no router writes samples before (spec.sampling)" in words


def test_pods_have_a_bounded_volume_for_samples_whether_or_not_anybody_asks_for_any() -> None:
    pods = make_pods(WRITES_SAMPLES)
    assert VOLUME in pods["volumes"]
    assert MOUNT in pods["initContainers"][-1]["volumeMounts"]


@pytest.mark.parametrize("form", [None, 1, WRITES_SAMPLES - 1])
def test_pods_of_an_earlier_form_stay_as_they_are(form: int | None) -> None:
    assert "interleaver-samples" not in json.dumps(make_pods(form))


def test_a_volume_that_the_template_names_so_is_taken() -> None:
    theirs = {"name": "interleaver-samples", "persistentVolumeClaim": {"claimName": "samples"}}
    pods = make_pods(WRITES_SAMPLES, volumes=[theirs])
    assert [volume for volume in pods["volumes"] if volume["name"] == "interleaver-samples"] == [theirs]
    assert MOUNT in pods["initContainers"][-1]["volumeMounts"]
