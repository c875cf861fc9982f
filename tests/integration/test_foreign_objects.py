"""Objects of others that have a name of ours, on a real API server: each kind is left alone, and ours is taken."""

import json
from functools import partial
from typing import Any

import pytest
import yaml

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Clash
from interleaver.api.revision import resolve
from interleaver.controller.cluster import claiming
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import ClusterError
from tests.integration.documents import change
from tests.integration.test_controller_cluster import Gateway, gateway
from tests.integration.test_controller_program import Stage, make_document, owned, stage, until

__all__ = ["gateway", "stage"]

pytestmark = pytest.mark.cluster

SELECTOR = {"app": "theirs"}
CONTAINER = {"name": "theirs", "image": "localhost/theirs:none", "imagePullPolicy": "Never"}
POD = {"metadata": {"labels": SELECTOR}, "spec": {"containers": [CONTAINER]}}
STORE = {"urlSecretRef": {"name": "votes", "key": "url"}}
# What each kind must hold to be accepted; the name's form, with the hash of the champion's revision.
PLANTED: dict[str, tuple[str, dict[str, Any], str]] = {
    "ConfigMap": ("v1", {"data": {"router.json": "{}"}}, "{name}-router"),
    "Secret": ("v1", {"stringData": {"current": "k", "k": "known", "salt": "known"}}, "{name}-router"),
    "Secret of copies": ("v1", {"stringData": {"url": "redis://theirs:6379"}}, "{name}-store"),
    "Service": ("v1", {"spec": {"selector": SELECTOR, "ports": [{"port": 80}]}}, "{name}-{hash}"),
    "ControllerRevision": ("apps/v1", {"revision": 1, "data": {"theirs": True}}, "{name}-{hash}"),
    "Deployment": (
        "apps/v1",
        {"spec": {"replicas": 0, "selector": {"matchLabels": SELECTOR}, "template": POD}},
        "{name}-{hash}",
    ),
}


def read_experiment(stage: Stage, name: str) -> Experiment:
    return Experiment.model_validate(stage.get("interleavingexperiment", name))


def plant(stage: Stage, what: str, experiment: Experiment, **metadata: Any) -> dict[str, Any]:
    """Somebody makes an object with a name that the experiment needs; returns it as it is stored."""
    version, body, form = PLANTED[what]
    champion = resolve(experiment.spec.champion)
    assert champion is not None
    meta = {"name": form.format(name=experiment.metadata.name, hash=champion.hash)} | metadata
    kind = what.partition(" ")[0]
    document = {"apiVersion": version, "kind": kind, "metadata": meta} | body
    stage.kubectl("create", "-f", "-", stdin=yaml.safe_dump(document))
    return stage.get(kind.lower(), meta["name"])


def make_experiments(stage: Stage) -> dict[str, Experiment]:
    """An experiment with a vote store for each kind of object."""
    labels = {names.LABEL_USE: names.USE_STORE}
    votes = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "votes", "labels": labels}}
    stage.kubectl("create", "-f", "-", stdin=yaml.safe_dump(votes | {"stringData": {"url": "redis://votes:6379"}}))
    made = {}
    for number, what in enumerate(PLANTED):
        name = f"feed-{number}"
        document = change(make_document() | {"metadata": {"name": name}}, "spec.service.name", f"entry-{number}")
        stage.apply(change(document, "spec.store", STORE))
        made[what] = read_experiment(stage, name)
    return made


def find_stalled(stage: Stage, name: str) -> dict[str, str] | None:
    conditions = stage.get("interleavingexperiment", name).get("status", {}).get("conditions", [])
    return next((one for one in conditions if one["type"] == "Stalled"), None)


def list_deployments(stage: Stage, experiment: Experiment) -> list[str]:
    selector = f"{names.LABEL_EXPERIMENT_UID}={experiment.metadata.uid}"
    return [one["metadata"]["name"] for one in stage.get("deployments", "--selector", selector)["items"]]


def is_same(stage: Stage, live: dict[str, Any]) -> bool:
    """Whether an object is as somebody made it, but for what its own controller writes."""
    found = stage.get(live["kind"].lower(), live["metadata"]["name"])
    return strip(found) == strip(live)


def strip(live: dict[str, Any]) -> dict[str, Any]:
    meta = {key: live["metadata"].get(key) for key in ("uid", "labels", "ownerReferences")}
    content = {key: value for key, value in live.items() if key not in ("metadata", "status")}
    return content | meta | {"applied": names.ANNOTATION_APPLIED in live["metadata"].get("annotations", {})}


def test_an_object_of_each_kind_is_left_alone_and_told_and_the_experiment_goes_on_once_it_is_gone(stage: Stage) -> None:
    experiments = make_experiments(stage)
    planted = {what: plant(stage, what, experiment) for what, experiment in experiments.items()}
    stage.start()
    for what, experiment in experiments.items():
        stalled = until(partial(find_stalled, stage, experiment.metadata.name), f"the words on the {what}")
        assert stalled["reason"] == "ObjectExists", stalled
        assert f"a {what.partition(' ')[0]} '{planted[what]['metadata']['name']}' exists" in stalled["message"]
        assert is_same(stage, planted[what]), what
        assert list_deployments(stage, experiment) == [], what
    for what, experiment in experiments.items():
        stage.kubectl("delete", what.partition(" ")[0].lower(), planted[what]["metadata"]["name"])
        until(partial(list_deployments, stage, experiment), f"the Deployment once the {what} is gone")
        until(lambda: find_stalled(stage, experiment.metadata.name) is None, "the end of Stalled")  # noqa: B023
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()


def test_all_labels_of_ours_make_an_object_that_another_controls_no_less_its_own(stage: Stage) -> None:
    experiments = make_experiments(stage)
    stage.kubectl("create", "configmap", "theirs")
    uid = stage.get("configmap", "theirs")["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "theirs", "uid": uid, "controller": True}
    planted = {}
    for what, experiment in experiments.items():
        meta, champion = experiment.metadata, resolve(experiment.spec.champion)
        assert champion is not None
        labels = {names.LABEL_EXPERIMENT: meta.name, names.LABEL_EXPERIMENT_UID: meta.uid}
        labels |= {names.LABEL_MANAGED_BY: names.FIELD_MANAGER, names.LABEL_HASH: champion.hash}
        planted[what] = plant(stage, what, experiment, labels=labels, ownerReferences=[owner])
    stage.start()
    for what, experiment in experiments.items():
        stalled = until(partial(find_stalled, stage, experiment.metadata.name), f"the words on the {what}")
        assert stalled["reason"] == "ObjectExists", stalled
        assert is_same(stage, planted[what]), what


def test_what_is_ours_is_mended_with_its_labels_gone_or_its_owner(stage: Stage) -> None:
    stage.apply(make_document())
    stage.start()
    until(lambda: owned(stage), "every child")
    labels = {f"{label}": None for label in (names.LABEL_EXPERIMENT, names.LABEL_EXPERIMENT_UID)}
    stage.kubectl(
        "patch", "configmap", "home-feed-router", "--type=merge", f"-p={json.dumps({'metadata': {'labels': labels}})}"
    )
    until(lambda: "ConfigMap/home-feed-router" in stage.children(), "the labels")
    remove = '[{"op":"remove","path":"/metadata/ownerReferences"}]'
    stage.kubectl("patch", "service", "home-feed", "--type=json", f"-p={remove}")
    until(lambda: stage.get("service", "home-feed")["metadata"].get("ownerReferences"), "the owner")
    assert stage.condition("Stalled") == {}


def test_an_experiment_that_is_made_again_under_its_name_has_children_of_its_own_and_no_alarm(stage: Stage) -> None:
    stage.apply(make_document())
    stage.start()
    until(lambda: owned(stage), "every child")
    stage.kubectl("delete", "interleavingexperiment", "home-feed", "--timeout=20s")
    stage.apply(make_document())
    uid = stage.experiment()["metadata"]["uid"]
    kinds = "deployments,services,configmaps,secrets,controllerrevisions"

    def is_renewed() -> bool:
        found = stage.get(kinds, "--selector", f"{names.LABEL_EXPERIMENT}=home-feed")["items"]
        owners = {one["uid"] for live in found for one in live["metadata"].get("ownerReferences", [])}
        return len(found) == 6 and owners == {uid}

    until(is_renewed, "the new experiment's children")
    events = stage.get("events.events.k8s.io")["items"]
    assert [one for one in events if one["reason"] in ("ObjectExists", "ServiceExists")] == []


def make_manifest(experiment: Experiment, what: str) -> dict[str, Any]:
    """A child as it would be applied, of the kind and name of what is planted. Its owner is one that exists."""
    version, body, form = PLANTED[what]
    meta: dict[str, Any] = {"name": form.format(name="race", hash="h"), "namespace": experiment.metadata.namespace}
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": experiment.metadata.uid}
    meta["ownerReferences"] = [owner | {"controller": True}]
    return {"apiVersion": version, "kind": what.partition(" ")[0], "metadata": meta} | body


@pytest.mark.parametrize("what", PLANTED)
def test_what_appears_between_the_reading_and_the_apply_is_not_overwritten(gateway: Gateway, what: str) -> None:
    uid = gateway.apply(gateway.config_map("owner"))["metadata"]["uid"]
    metadata = {"name": "race", "namespace": gateway.namespace, "uid": uid}
    document = make_document() | {"metadata": metadata}
    experiment = Experiment.model_validate(document)
    wanted = make_manifest(experiment, what)
    meta = {key: value for key, value in wanted["metadata"].items() if key != "ownerReferences"}
    theirs = gateway.apply(wanted | {"metadata": meta})

    def claim(live: dict[str, Any] | None) -> Any:
        return gateway.do(lambda gate: claiming.claim(gate, experiment, wanted, live))

    def read() -> Any:
        return gateway.do(lambda gate: gate.get(wanted["kind"], gateway.namespace, meta["name"]))

    assert claim(None) == Clash(wanted["kind"], meta["name"])
    former = theirs | {"metadata": theirs["metadata"] | {"uid": "00000000-0000-4000-8000-000000000000"}}
    with pytest.raises(ClusterError) as caught:
        claim(former)  # ours was there, and theirs took its name
    assert not is_denied(caught.value)
    assert read()["metadata"].get("ownerReferences") is None

    def remove() -> bool:
        """Delete theirs as it stands now, for its controller writes into it; whether it is gone."""
        if live := read():
            gateway.do(lambda gate: gate.delete(live | {"kind": wanted["kind"]}))
        return live is None

    until(remove, "the end of theirs")
    with pytest.raises(ClusterError) as caught:
        claim(theirs)  # it was ours, and went
    assert caught.value.code == 409
    assert read() is None
    # The control: what is not there is made, and ours is applied again though it was not found before.
    assert claim(None)["metadata"]["ownerReferences"][0]["uid"] == uid
    assert claim(None)["metadata"]["uid"] == read()["metadata"]["uid"]


def test_of_a_secret_no_more_than_the_metadata_is_sent(gateway: Gateway) -> None:
    meta = {"name": "keys", "namespace": gateway.namespace}
    gateway.apply({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": {"k": "known"}})
    found = gateway.do(lambda gate: gate.get_metadata("Secret", gateway.namespace, "keys"))
    assert set(found) == {"apiVersion", "kind", "metadata"}
    assert found["metadata"]["name"] == "keys"
    assert "known" not in json.dumps(found)
    assert gateway.do(lambda gate: gate.get_metadata("Secret", gateway.namespace, "none")) is None
