"""What must exist: objects, their names, and what the router beside a model needs."""

import json
import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from interleaver.api import names
from interleaver.api.paging import Page
from interleaver.api.revision import HASH_LENGTH, Revision, digest, resolve, snapshot
from interleaver.api.routing import Config, Tensor, decode, encode
from interleaver.api.v1alpha1 import Candidate, Router
from interleaver.resources.deployment import deployment
from interleaver.resources.desired import desired
from interleaver.resources.metadata import revision_object_name, router_object_name
from interleaver.resources.snapshot import controller_revision, parse_snapshot
from tests.builders import ROUTER_IMAGE, World, make_experiment, make_running_world, make_snapshot, make_source

DNS_LABEL = re.compile(r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")


def config_of(world: World) -> Config:
    return decode(world.objects("ConfigMap")[0]["data"][names.CONFIG_FILE])


def pod_spec(**changes: Any) -> dict[str, Any]:
    container = {"name": "model", "image": "m:1", "ports": [{"containerPort": 9000}]}
    template = {"spec": {"containers": [container]} | changes}
    made = snapshot(Revision(name="v41", port=9000, template=template), Router(), ROUTER_IMAGE)
    found: dict[str, Any] = deployment(make_experiment(), made, 2)["spec"]["template"]["spec"]
    return found


def test_every_derived_name_is_legal_for_the_longest_experiment() -> None:
    longest = "a" * 40
    for name in (revision_object_name(longest, "f" * HASH_LENGTH), router_object_name(longest)):
        assert DNS_LABEL.match(name), name


def test_names_and_selectors_carry_the_hash_and_never_the_role() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    before = {item["metadata"]["name"]: item for item in world.objects("Deployment")}
    for seconds in (3601, 5, 5, 3601, 5, 5, 3601):
        world.step(seconds)
    assert world.status.serving is not None
    assert world.status.serving.revision == "v42"
    assert {item["metadata"]["name"]: item for item in world.objects("Deployment")} == before, "no pod restarts"


def test_every_child_is_owned_labelled_and_carries_no_field_of_the_author() -> None:
    world = make_running_world()
    assert {item["kind"] for item in world.manifests} == {"ControllerRevision", "Service", "ConfigMap", "Deployment"}
    for item in world.manifests:
        metadata = item["metadata"]
        assert metadata["ownerReferences"][0]["uid"] == "u-1"
        assert metadata["labels"][names.LABEL_EXPERIMENT] == "feed"
        assert metadata["labels"][names.LABEL_EXPERIMENT_UID] == "u-1"
        assert re.fullmatch("[0-9a-f]{10}", metadata["annotations"][names.ANNOTATION_APPLIED])


def test_the_configuration_comes_before_the_pods_that_mount_it() -> None:
    kinds = [item["kind"] for item in make_running_world().manifests]
    assert max(i for i, kind in enumerate(kinds) if kind == "ConfigMap") < kinds.index("Deployment")


def test_users_are_served_by_the_champion_alone_until_the_run_is_running() -> None:
    """Routers know the candidate before, for those who preview it."""
    world = World(broken={"v42"})
    world.settle(6)
    assert world.run.stage == "Preparing"
    config = config_of(world)
    assert config.candidate is not None
    assert (config.serving.revision, config.candidate.revision, config.percent) == ("v41", "v42", 0)
    world.broken.clear()
    world.settle(2)
    config = config_of(world)
    assert config.candidate is not None
    assert (config.run, config.candidate.revision, config.percent) == (world.run.id, "v42", 10)
    assert config.serving.url == "http://10.96.0.5:9000"


def test_routers_are_told_that_the_ranking_stands_in_tensors() -> None:
    tensors = {
        "path": "/v2/models/m/infer",
        "unit": {"pointer": "/parameters/user"},
        "tensor": {"ids": "i", "columns": ["s"]},
    }
    contract = config_of(make_running_world(contract=tensors)).contract
    assert (contract.items, contract.tensor) == (None, Tensor("i", ("s",)))
    assert config_of(make_running_world()).contract.tensor is None


@pytest.mark.parametrize(
    "page",
    [
        {"offset": {"query": "from"}, "size": {"query": "size"}},
        {"number": {"pointer": "/page", "first": 0}, "size": {"pointer": "/n", "default": 20}},
    ],
)
def test_routers_are_told_where_pages_stand(page: dict[str, Any]) -> None:
    plain = {"path": "/r", "unit": {"header": "X-User-Id"}, "items": "/items"}
    config = config_of(make_running_world(contract=plain | {"page": page}))
    assert config.contract.page == msgspec.convert(page, Page)
    assert decode(encode(config)) == config


def test_routers_are_told_who_is_excluded_and_nothing_that_is_so_by_default() -> None:
    plain = {"path": "/r", "unit": {"header": "X-User-Id"}, "items": "/items"}
    excludes = [{"header": "User-Agent", "pattern": "bot"}, {"query": "after", "when": "Missing"}]
    config = config_of(make_running_world(contract=plain | {"exclude": excludes}))
    assert list(msgspec.to_builtins(config.contract.exclude)) == excludes
    assert decode(encode(config)) == config


def test_routers_of_a_version_without_pages_can_read_a_contract_without_them() -> None:
    assert '"page"' not in encode(config_of(make_running_world()))


def test_the_generation_rises_only_when_something_else_changes() -> None:
    world = make_running_world()
    before = config_of(world)
    world.step()
    assert config_of(world) == before
    world.step(3601)
    assert config_of(world).generation == before.generation + 1


def test_the_generation_goes_on_rising_when_the_configuration_was_lost() -> None:
    world = make_running_world()
    observed = replace(world.observe(), config=None, touched_generation=7)
    made = next(item for item in desired(world.experiment, observed) if item["kind"] == "ConfigMap")
    assert decode(made["data"][names.CONFIG_FILE]).generation == 8


def test_a_rollback_takes_the_candidate_out_of_the_configuration_at_once() -> None:
    world = make_running_world()
    world.vote(loss=300)
    world.step()
    assert config_of(world).candidate is None
    assert config_of(world).percent == 0


def test_after_a_promotion_the_routers_serve_the_candidate() -> None:
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    for seconds in (3601, 5, 5, 3601, 5, 5, 3601):
        world.step(seconds)
    config = config_of(world)
    assert (config.serving.revision, config.candidate) == ("v42", None)
    entry = next(item for item in world.objects("Service") if item["metadata"]["name"] == "home-feed")
    assert entry["spec"]["selector"][names.LABEL_HASH] == config.serving.hash


def test_the_entry_leads_to_the_routers_port_by_its_number_as_it_was_deployed() -> None:
    world = make_running_world()
    world.edit(router={"port": 17085})
    world.step()
    entry = next(item for item in world.objects("Service") if item["metadata"]["name"] == "home-feed")
    assert entry["spec"]["ports"][0]["targetPort"] == 17080
    router = world.objects("Deployment")[0]["spec"]["template"]["spec"]["initContainers"][-1]
    assert 17080 in [port["containerPort"] for port in router["ports"]]


def test_the_router_is_a_restricted_native_sidecar_that_drains() -> None:
    router = pod_spec()["initContainers"][-1]
    assert router["restartPolicy"] == "Always"
    context = router["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert router["lifecycle"]["preStop"] == {"exec": {"command": ["interleaver-drain"]}}
    assert router["resources"]["requests"]["cpu"] == "100m"


def test_the_model_pauses_before_it_stops_and_is_probed_where_its_author_said_nothing() -> None:
    model = pod_spec()["containers"][0]
    assert model["lifecycle"]["preStop"] == {"sleep": {"seconds": 5}}
    assert model["readinessProbe"]["tcpSocket"] == {"port": 9000}


def test_hooks_and_probes_of_the_author_are_kept() -> None:
    probe, hook = {"httpGet": {"path": "/ready", "port": 9000}}, {"preStop": {"exec": {"command": ["sleep", "9"]}}}
    sidecar = {"name": "log", "image": "l"}
    given = {
        "name": "model",
        "image": "m",
        "ports": [{"containerPort": 9000}],
        "readinessProbe": probe,
        "lifecycle": hook,
    }
    other, model = pod_spec(containers=[sidecar, given])["containers"]
    assert other == sidecar, "only the container that listens on the port is the model"
    assert (model["readinessProbe"], model["lifecycle"]) == (probe, hook)


def hooked(**hook: Any) -> dict[str, Any]:
    """A pod whose model has this preStop hook, and the time it has to end."""
    model = {"name": "model", "image": "m", "ports": [{"containerPort": 9000}], "lifecycle": {"preStop": hook}}
    return pod_spec(containers=[model])


def own_hook(pod: dict[str, Any]) -> Any:
    return pod["containers"][0]["lifecycle"]["preStop"]


@pytest.mark.parametrize("shell", ["/bin/sh", "sh", "/usr/bin/bash"])
def test_a_hook_that_a_shell_runs_keeps_running_after_the_pause(shell: str) -> None:
    pod = hooked(exec={"command": [shell, "-c", "nginx -s quit", "name"]})
    assert own_hook(pod) == {"exec": {"command": [shell, "-c", "sleep 5 || :\nnginx -s quit", "name"]}}
    assert pod["terminationGracePeriodSeconds"] == 35, "the hook has as much time as its author gave it"


@pytest.mark.parametrize(
    "hook",
    [
        {"httpGet": {"path": "/quit", "port": 9000}},
        {"exec": {"command": ["/app/quit", "-c", "now"]}},
        {"exec": {"command": ["sh"]}},
        {"exec": {"command": ["sh", "-c", "sleep 15; quit"]}},
        {"exec": {"command": ["sh", "-c", "sleep 5"]}},
    ],
)
def test_a_hook_that_cannot_pause_first_or_does_already_is_left_as_it_is(hook: dict[str, Any]) -> None:
    assert own_hook(hooked(**hook)) == hook
    assert hooked(**hook)["terminationGracePeriodSeconds"] == 30


@pytest.mark.parametrize(("given", "expected"), [(1, 5), (5, 5), (20, 20)])
def test_an_authors_own_pause_is_long_enough(given: int, expected: int) -> None:
    assert own_hook(hooked(sleep={"seconds": given})) == {"sleep": {"seconds": expected}}


def test_a_shorter_pause_of_a_script_is_no_pause() -> None:
    for script in ("sleep 1", "sleep 0.5", "sleep 5.5", "sleep 1; sleep 9", "sleeping 9"):
        assert own_hook(hooked(exec={"command": ["sh", "-c", script]}))["exec"]["command"][2] != script


PAIR = [{"name": "proxy", "image": "p"}, {"name": "server", "image": "s"}]


@pytest.mark.parametrize(("name", "expected"), [(None, "proxy"), ("server", "server")])
def test_the_container_that_is_named_is_the_model_where_none_declares_the_port(name: str | None, expected: str) -> None:
    made = snapshot(
        Revision(name="v41", port=9000, template={"spec": {"containers": PAIR}}, container=name), Router(), "i"
    )
    containers = deployment(make_experiment(), made, 1)["spec"]["template"]["spec"]["containers"]
    probed = [container["name"] for container in containers if "readinessProbe" in container]
    paused = [container["name"] for container in containers if "lifecycle" in container]
    assert (probed, paused) == ([expected], [expected])


def test_what_was_deployed_in_the_first_form_restarts_for_nothing_that_came_later() -> None:
    made = make_snapshot()
    first = made.model_copy(update={"sidecar": made.sidecar.model_copy(update={"form": None})})
    kept = controller_revision(make_experiment().metadata, first)["data"]
    assert "form" not in kept["sidecar"]
    assert "container" not in kept
    assert parse_snapshot({"data": kept}) == first
    hook = {"preStop": {"exec": {"command": ["sh", "-c", "quit"]}}}
    model = {"name": "model", "image": "m", "lifecycle": hook}
    old = first.model_copy(update={"template": {"spec": {"containers": [model]}}})
    pod = deployment(make_experiment(), old, 1)["spec"]["template"]["spec"]
    assert own_hook(pod) == hook["preStop"]
    assert pod["terminationGracePeriodSeconds"] == 30
    router = pod["initContainers"][-1]
    assert "env" not in router
    assert "imagePullPolicy" not in router
    assert router["lifecycle"]["preStop"]["httpGet"]["path"] == "/drain", "its image has the page and not the program"


def test_what_was_deployed_in_the_second_form_drains_as_its_image_can() -> None:
    made = make_snapshot()
    second = made.model_copy(update={"sidecar": made.sidecar.model_copy(update={"form": 2, "named": None})})
    router = deployment(make_experiment(), second, 1)["spec"]["template"]["spec"]["initContainers"][-1]
    assert router["lifecycle"]["preStop"]["httpGet"]["path"] == "/drain"
    assert [each["name"] for each in router["env"]] == ["INTERLEAVER_POD_ADDRESS"]
    assert router["ports"][0]["name"] == "router"
    asking = second.model_copy(update={"template": {"spec": {"automountServiceAccountToken": True, "containers": []}}})
    assert "no-token" not in json.dumps(deployment(make_experiment(), asking, 1)), "no pod restarts for it"


@pytest.mark.parametrize(("given", "limit"), [({}, "60"), ({"terminationGracePeriodSeconds": 120}, "150")])
def test_a_drain_is_taken_back_only_when_the_pod_must_have_ended_long_ago(given: dict[str, int], limit: str) -> None:
    environment = pod_spec(**given)["initContainers"][-1]["env"]
    assert {"name": "INTERLEAVER_DRAIN_LIMIT", "value": limit} in environment


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("router:1.0", "IfNotPresent"),
        ("localhost:5000/team/router", "Always"),
        ("router:latest", "Always"),
        ("router@sha256:" + "a" * 64, "IfNotPresent"),
        ("router:latest@sha256:" + "a" * 64, "IfNotPresent"),
    ],
)
def test_an_image_is_pulled_as_kubernetes_would_by_itself(image: str, policy: str) -> None:
    made = make_snapshot()
    changed = made.renew(made.sidecar.model_copy(update={"image": image}))
    router = deployment(make_experiment(), changed, 1)["spec"]["template"]["spec"]["initContainers"][-1]
    assert (router["image"], router["imagePullPolicy"]) == (image, policy)


def test_the_hash_is_what_it_was_unless_a_container_is_named() -> None:
    made = make_snapshot()
    assert made.hash == digest({"name": made.name, "port": made.port, "template": made.template})
    assert made.model_copy(update={"container": "model"}).hash != made.hash


@pytest.mark.parametrize(("given", "expected"), [(None, 30), (5, 30), (120, 120)])
def test_a_grace_period_too_short_for_the_drain_is_raised(given: int | None, expected: int) -> None:
    changes: dict[str, int] = {} if given is None else {"terminationGracePeriodSeconds": given}
    assert pod_spec(**changes)["terminationGracePeriodSeconds"] == expected


def test_model_pods_get_no_service_account_token_unless_they_ask() -> None:
    assert pod_spec()["automountServiceAccountToken"] is False
    assert pod_spec(automountServiceAccountToken=True)["automountServiceAccountToken"] is True


def test_the_router_sees_no_token_that_a_template_asks_for() -> None:
    hidden = {"name": "interleaver-no-token", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    asking = pod_spec(automountServiceAccountToken=True)
    assert hidden | {"readOnly": True} in asking["initContainers"][-1]["volumeMounts"]
    assert {"name": "interleaver-no-token", "emptyDir": {}} in asking["volumes"]
    assert "volumeMounts" not in asking["containers"][0]
    for other in (pod_spec(), pod_spec(automountServiceAccountToken=False)):
        assert "interleaver-no-token" not in json.dumps(other)


def test_tracking_labels_of_gitops_tools_are_not_copied_to_pods() -> None:
    template = {"metadata": {"labels": {"app": "feed", "argocd.argoproj.io/instance": "x"}}, "spec": {"containers": []}}
    made = snapshot(Revision(name="v41", port=9000, template=template), Router(), ROUTER_IMAGE)
    labels = deployment(make_experiment(), made, 1)["spec"]["template"]["metadata"]["labels"]
    assert "argocd.argoproj.io/instance" not in labels
    assert labels["app"] == "feed"


def test_the_hash_covers_name_port_and_template_and_neither_scale_nor_router() -> None:
    base, template, port = (
        resolve(Candidate.model_validate(source))
        for source in (make_source("v41"), make_source("v42"), make_source("v41", port=9001))
    )
    assert base
    assert template
    assert port
    assert len({base.hash, template.hash, port.hash}) == 3
    other = snapshot(base, Router(port=20000), "another:image")
    assert other.hash == base.hash


def test_the_hash_does_not_depend_on_the_order_of_keys_or_on_nulls() -> None:
    one = {"revision": "v1", "port": 1, "source": {"template": {"spec": {"a": 1, "b": None}, "metadata": {}}}}
    two = {"port": 1, "source": {"template": {"metadata": {}, "spec": {"a": 1}}}, "revision": "v1"}
    assert resolve(Candidate.model_validate(one)) == resolve(Candidate.model_validate(two))


def test_a_snapshot_comes_back_from_its_object_as_it_was() -> None:
    made = make_snapshot()
    manifest = json.loads(json.dumps(controller_revision(make_experiment().metadata, made)))
    assert parse_snapshot(manifest) == made
    assert manifest["metadata"]["name"] == f"feed-{made.hash}"


def test_a_snapshot_keeps_its_data_when_its_sidecar_is_replaced() -> None:
    made, owner = make_snapshot(), make_experiment().metadata
    renewed = made.renew(made.sidecar.model_copy(update={"port": 18080}))
    first, second = controller_revision(owner, made), json.loads(json.dumps(controller_revision(owner, renewed)))
    assert second["data"] == first["data"]
    assert parse_snapshot(second) == renewed
    assert controller_revision(owner, renewed.renew(made.sidecar)) == first, "back to what it was"


@pytest.mark.parametrize("text", ["{", "{}", '{"image": 7}', "[]"])
def test_a_sidecar_that_was_tampered_with_does_not_count(text: str) -> None:
    manifest = controller_revision(make_experiment().metadata, make_snapshot())
    manifest["metadata"]["annotations"][names.ANNOTATION_ROUTER] = text
    with pytest.raises(ValueError):  # noqa: PT011 - of which kind is nobody's affair
        parse_snapshot(manifest)


def test_an_operator_upgrade_restarts_nothing() -> None:
    world = make_running_world()
    before = world.objects("Deployment")
    world.router_image = "localhost/interleaver-router:next"
    world.step()
    assert world.objects("Deployment") == before
