"""Objects of others that have a name of ours: left alone and told, and ours once they are gone."""

from copy import deepcopy
from typing import Any

import pytest

from interleaver.api import conditions, names
from interleaver.api.revision import resolve
from interleaver.controller.cluster.gateway import ClusterError
from tests.builders import STORE, make_experiment
from tests.unit.controller.operators import FakeOperator, make_resource, make_running
from tests.unit.controller.secrets.test_supply import put_secret

CHAMPION = resolve(make_experiment().spec.champion)
assert CHAMPION is not None
NAME = f"feed-{CHAMPION.hash}"
# Everything of a fixed name that an experiment with a vote store applies, but for the entry Service.
PLANTED = {
    "ControllerRevision": NAME,
    "Service": NAME,
    "Deployment": NAME,
    "ConfigMap": "feed-router",
    "Secret of keys": "feed-router",
    "Secret of copies": "feed-store",
}
CASES = pytest.mark.parametrize("what", PLANTED)


def make_foreign(what: str, **metadata: Any) -> dict[str, Any]:
    """An object of somebody else's. It has what its kind must have, and a content that would be seen to be taken."""
    kind, meta = what.partition(" ")[0], {"name": PLANTED[what], "namespace": "shop"} | metadata
    spec = {"replicas": 0, "clusterIP": "10.96.9.9", "template": {"metadata": {"labels": {}}, "spec": {}}}
    return {"kind": kind, "metadata": meta, "spec": spec, "data": {"router.json": "{}", "current": "bm9uZQ=="}}


def make_operator(*planted: dict[str, Any]) -> FakeOperator:
    """An operator that comes upon what was there before the experiment."""
    operator = FakeOperator()
    put_secret(operator.cluster, "votes", "url", "redis://votes:6379/0", "store")
    for live in planted:
        operator.cluster.put(live)
    operator.cluster.put(make_resource(candidate=None, store=STORE))
    return operator


def stalled(operator: FakeOperator) -> tuple[str, str]:
    found = [one for one in operator.status["conditions"] if one["type"] == conditions.STALLED]
    return (found[0]["reason"], found[0]["message"]) if found else ("", "")


def find(operator: FakeOperator, what: str) -> dict[str, Any] | None:
    return operator.cluster.find(what.partition(" ")[0], PLANTED[what])


def labels_of_ours(uid: str = "u-1") -> dict[str, str]:
    marks = {names.LABEL_EXPERIMENT: "feed", names.LABEL_EXPERIMENT_UID: uid, names.LABEL_MANAGED_BY: "interleaver"}
    return marks | {names.LABEL_HASH: NAME.removeprefix("feed-"), names.LABEL_REVISION: "v41"}


@CASES
def test_an_object_of_that_name_is_left_alone_and_told_and_no_pod_is_made(what: str) -> None:
    operator = make_operator(make_foreign(what))
    before = deepcopy(find(operator, what))
    operator.live_on(8)
    assert find(operator, what) == before
    reason, message = stalled(operator)
    assert reason == conditions.OBJECT_EXISTS
    assert f"a {what.partition(' ')[0]} '{PLANTED[what]}' exists that this experiment did not make" in message
    assert [one for one in operator.cluster.of_kind("Deployment") if "annotations" in one["metadata"]] == []
    told = [event["note"] for event in operator.cluster.of_kind("Event") if event["reason"] == "ObjectExists"]
    assert told == [message], "once"


@CASES
def test_labels_that_name_the_experiment_make_it_no_less_somebody_elses(what: str) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "theirs", "uid": "s-1", "controller": True}
    operator = make_operator(make_foreign(what, labels=labels_of_ours(), ownerReferences=[owner]))
    before = deepcopy(find(operator, what))
    operator.live_on(8)
    assert find(operator, what) == before
    assert stalled(operator)[0] == conditions.OBJECT_EXISTS


@CASES
def test_once_it_is_gone_the_champion_is_deployed_and_serves(what: str) -> None:
    operator = make_operator(make_foreign(what))
    operator.live_on(4)
    del operator.cluster.objects[what.partition(" ")[0], "shop", PLANTED[what]]
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v41"
    assert stalled(operator) == ("", "")


@CASES
def test_what_a_former_experiment_of_the_name_left_is_waited_for_without_an_alarm(what: str) -> None:
    owner = {"apiVersion": "interleaver.dev/v1alpha1", "kind": names.KIND, "name": "feed", "uid": "u-0"}
    owners = [owner | {"controller": True}]
    operator = make_operator(make_foreign(what, labels=labels_of_ours("u-0"), ownerReferences=owners))
    before = deepcopy(find(operator, what))
    operator.live_on(4)
    operator.live_on(1, seconds=31)
    operator.live_on(1)
    assert find(operator, what) == before
    assert stalled(operator) == ("", "")
    (waits,) = [one for one in operator.status["conditions"] if one["type"] == conditions.RECONCILING]
    assert f"'{PLANTED[what]}' of a former experiment of this name has to be removed first" in waits["message"]
    del operator.cluster.objects[what.partition(" ")[0], "shop", PLANTED[what]]
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v41"
    assert "ObjectExists" not in [event["reason"] for event in operator.cluster.of_kind("Event")]


def test_a_former_experiments_entry_service_is_waited_for_and_not_offered_for_adoption() -> None:
    owner = {"apiVersion": "interleaver.dev/v1alpha1", "kind": names.KIND, "name": "feed", "uid": "u-0"}
    owners = [owner | {"controller": True}]
    meta = {"name": "home-feed", "namespace": "shop", "labels": labels_of_ours("u-0"), "ownerReferences": owners}
    spec = {"selector": {names.LABEL_HASH: "0123456789"}, "ports": [{"port": 80}]}
    operator = make_operator({"kind": "Service", "metadata": meta, "spec": spec})
    operator.live_on(4)
    assert stalled(operator) == ("", "")
    del operator.cluster.objects["Service", "shop", "home-feed"]
    operator.live_on(8)
    assert stalled(operator) == ("", "")
    assert operator.status["serving"]["revision"] == "v41"


def test_a_service_with_the_entrys_name_and_all_labels_but_the_uid_is_not_taken() -> None:
    labels = labels_of_ours("u-0")
    spec = {"selector": {"app": "theirs"}, "ports": [{"port": 80, "targetPort": 1}]}
    live = {"kind": "Service", "metadata": {"name": "home-feed", "namespace": "shop", "labels": labels}, "spec": spec}
    operator = make_operator(live)
    before = deepcopy(operator.cluster.find("Service", "home-feed"))
    operator.live_on(8)
    assert operator.cluster.find("Service", "home-feed") == before
    assert stalled(operator)[0] == conditions.SERVICE_EXISTS


def test_routers_are_sent_to_no_service_that_only_carries_the_labels() -> None:
    operator = make_running()
    for live in list(operator.cluster.of_kind("Service")):
        if names.LABEL_HASH in live["metadata"]["labels"]:
            forged = deepcopy(live)
            forged["metadata"] |= {"name": f"a-{live['metadata']['name']}", "ownerReferences": []}
            forged["metadata"]["labels"][names.LABEL_EXPERIMENT_UID] = "u-0"
            forged["spec"]["clusterIP"] = "10.66.66.66"
            operator.cluster.put(forged)
    operator.restart()
    operator.live_on(3)
    config = operator.cluster.find("ConfigMap", "feed-router")
    assert config is not None
    assert "10.66.66.66" not in config["data"]["router.json"]


def test_a_configuration_that_only_carries_the_labels_is_not_taken_for_ours() -> None:
    operator = make_running()
    ours = operator.cluster.find("ConfigMap", "feed-router")
    assert ours is not None
    forged = deepcopy(ours) | {"metadata": ours["metadata"] | {"name": "a-router", "ownerReferences": []}}
    forged["metadata"]["labels"] = ours["metadata"]["labels"] | {names.LABEL_EXPERIMENT_UID: "u-0"}
    forged["data"] = {"router.json": ours["data"]["router.json"].replace('"generation":', '"generation":9')}
    del operator.cluster.objects["ConfigMap", "shop", "feed-router"]
    operator.cluster.put(forged)
    operator.cluster.put(ours)
    operator.live_on(2)
    assert operator.cluster.find("ConfigMap", "feed-router")["data"] == ours["data"]  # type: ignore[index]


def test_a_snapshot_that_only_carries_the_labels_deploys_nothing() -> None:
    operator = make_running()
    (serving,) = [
        live
        for live in operator.cluster.of_kind("ControllerRevision")
        if live["metadata"]["labels"][names.LABEL_REVISION] == "v41"
    ]
    forged = deepcopy(serving)
    forged["metadata"] |= {"name": "a-snapshot", "ownerReferences": []}
    forged["metadata"]["labels"][names.LABEL_EXPERIMENT_UID] = "u-0"
    forged["data"]["sidecar"]["image"] = "evil"
    operator.cluster.objects = {("ControllerRevision", "shop", "a-snapshot"): forged} | operator.cluster.objects
    operator.restart()
    operator.live_on(3)
    assert "evil" not in str(operator.cluster.of_kind("Deployment"))


async def refuse_secrets(kind: str, namespace: str, name: str) -> None:
    raise ClusterError(403, 'User "system:serviceaccount:x" cannot get resource "secrets"')


def test_without_the_right_to_look_keys_are_made_remembered_and_made_again() -> None:
    operator = make_operator()
    operator.cluster.get_metadata = refuse_secrets  # type: ignore[method-assign]
    operator.live_on(6)
    assert operator.status["keysMade"] is True
    operator.restart()
    operator.live_on(2, seconds=60)
    assert stalled(operator) == ("", "")
    del operator.cluster.objects["Secret", "shop", "feed-router"]
    operator.live_on(2, seconds=60)
    assert operator.cluster.find("Secret", "feed-router") is not None


def test_without_the_right_to_look_keys_that_exist_are_not_trusted_and_all_else_goes_on() -> None:
    operator = make_operator(make_foreign("Secret of keys"))
    operator.cluster.get_metadata = refuse_secrets  # type: ignore[method-assign]
    operator.live_on(4)
    reason, message = stalled(operator)
    assert reason == conditions.DENIED
    assert "delete it if it is nobody's, or let the operator get it" in message
    assert "the API server denied" not in message, "it has denied nothing"
    assert operator.status["keysMade"] is False


def test_keys_that_were_made_for_a_former_experiment_of_the_name_are_no_proof_for_its_successor() -> None:
    """Deleted and made again between two visits, while somebody puts a Secret where the former one's was."""
    operator = make_operator()
    operator.cluster.get_metadata = refuse_secrets  # type: ignore[method-assign]
    operator.live_on(6)
    operator.cluster.objects.clear()
    operator.cluster.put(make_foreign("Secret of keys"))
    put_secret(operator.cluster, "votes", "url", "redis://votes:6379/0", "store")
    again = make_resource(candidate=None, store=STORE)
    again["metadata"]["uid"] = "u-2"
    operator.cluster.put(again)
    operator.live_on(4, seconds=60)
    assert operator.status["keysMade"] is False
    assert stalled(operator)[0] == conditions.DENIED
