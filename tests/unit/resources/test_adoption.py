"""Whether a live Service can be taken over, what is remembered of it, and what it is when it is given back."""

from copy import deepcopy
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.adoption import Former, parse_former, write_former
from interleaver.resources.adoption import give_back, offer, read_former
from tests.builders import make_experiment, make_template
from tests.unit.controller.fakes import merge

OWNER = {"kind": "Canary", "name": "feed", "uid": "o", "controller": True}


def make_service(spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """A Service that somebody made long ago; a field that is None is left out."""
    base = {
        "type": "NodePort",
        "clusterIP": "10.96.0.9",
        "clusterIPs": ["10.96.0.9"],
        "sessionAffinity": "ClientIP",
        "selector": {"app": "feed"},
        "ports": [{"name": "web", "port": 80, "protocol": "TCP", "targetPort": 9000, "nodePort": 30080}],
    }
    meta = {"name": "home-feed", "namespace": "shop", "uid": "s-1", "resourceVersion": "7"} | metadata
    fields = {key: value for key, value in (base | (spec or {})).items() if value is not None}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": fields}


def obstacle(service: dict[str, Any], **spec: Any) -> str:
    return offer(service, make_experiment(**spec)).obstacle


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer"])
def test_a_service_with_a_cluster_ip_can_be_taken_over_and_its_former_self_is_remembered(kind: str) -> None:
    terms = offer(make_service({"type": kind}), make_experiment())
    assert terms.obstacle == ""
    assert (terms.uid, terms.version) == ("s-1", "7")
    assert terms.former == Former(uid="s-1", selector={"app": "feed"}, port=80, target=9000)
    for words in (f"type {kind}", "cluster IP 10.96.0.9", "session affinity ClientIP", "node port 30080"):
        assert words in terms.kept


HOPELESS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "of type ExternalName": ({"type": "ExternalName", "selector": None, "ports": None}, {}),
    "headless": ({"clusterIP": "None", "type": "ClusterIP"}, {}),
    "no selector": ({"selector": None}, {}),
    "publishNotReadyAddresses": ({"publishNotReadyAddresses": True}, {}),
    "has no TCP port 80 but 8080, 80": ({"ports": [{"port": 8080}, {"port": 80, "protocol": "UDP"}]}, {}),
    "'metrics', which spec.champion.source.template does not declare": (
        {"ports": [{"port": 80, "targetPort": "http"}, {"port": 9090, "targetPort": "metrics"}]},
        {},
    ),
    "Canary 'feed' controls it": ({}, {"ownerReferences": [OWNER]}),
    "belongs to the experiment 'other'": ({}, {"labels": {names.LABEL_EXPERIMENT: "other"}}),
    "being deleted": ({}, {"deletionTimestamp": "now"}),
    "Argo CD tracks it": ({}, {"annotations": {"argocd.argoproj.io/tracking-id": "shop:/Service:shop/home-feed"}}),
    "Flux tracks it": ({}, {"labels": {"kustomize.toolkit.fluxcd.io/name": "shop"}}),
    "Helm tracks it": ({}, {"annotations": {"meta.helm.sh/release-name": "shop"}}),
}


@pytest.mark.parametrize("words", HOPELESS)
def test_what_cannot_be_taken_over_is_said_with_what_to_do(words: str) -> None:
    spec, metadata = HOPELESS[words]
    terms = offer(make_service(spec, **metadata), make_experiment())
    assert words in terms.obstacle
    assert ": " in terms.obstacle or "first" in terms.obstacle, "it says what to do"
    assert terms.former is None


def test_a_service_that_another_experiment_adopted_is_that_ones_until_it_is_given_back() -> None:
    memory = {names.ANNOTATION_ADOPTED: write_former(Former("s-1", {"app": "feed"}, 80, 9000))}
    service = make_service(labels={names.LABEL_EXPERIMENT: "other"}, annotations=memory)
    assert "the experiment 'other' has adopted it" in obstacle(service)


@pytest.mark.parametrize(
    ("metadata", "keep"),
    [
        ({"annotations": {"argocd.argoproj.io/tracking-id": "x"}}, ("argocd.argoproj.io/sync-options", "Prune=false")),
        (
            {"annotations": {"argocd.argoproj.io/tracking-id": "x"}},
            ("argocd.argoproj.io/sync-options", "Delete=false, Prune=false"),
        ),
        ({"labels": {"kustomize.toolkit.fluxcd.io/name": "x"}}, ("kustomize.toolkit.fluxcd.io/prune", "disabled")),
        ({"annotations": {"meta.helm.sh/release-name": "x"}}, ("helm.sh/resource-policy", "keep")),
    ],
)
def test_a_service_that_its_tool_was_told_to_leave_alive_can_be_taken_over(
    metadata: dict[str, dict[str, str]], keep: tuple[str, str]
) -> None:
    service = make_service(**deepcopy(metadata))
    assert obstacle(service)
    service["metadata"].setdefault("annotations", {})[keep[0]] = keep[1]
    assert obstacle(service) == ""


def test_another_port_may_lead_to_a_port_that_the_champion_declares_too() -> None:
    template = make_template()
    template["spec"]["containers"][0]["ports"].append({"name": "metrics", "containerPort": 9090})
    champion = {"revision": "v41", "port": 9000, "source": {"template": template}}
    ports = [{"port": 80}, {"port": 9090, "targetPort": "metrics"}]
    assert obstacle(make_service({"ports": ports}), champion=champion) == ""


def test_a_port_without_a_target_is_remembered_as_its_own() -> None:
    former = offer(make_service({"ports": [{"port": 80}]}), make_experiment()).former
    assert former is not None
    assert former.target == 80


def test_a_service_that_is_given_back_is_what_it_was_and_keeps_what_others_changed_meanwhile() -> None:
    before = make_service(labels={"team": "feed", names.LABEL_MANAGED_BY: "Helm"}, annotations={"owner": "us"})
    former = offer(before, make_experiment()).former
    assert former is not None
    adopted = deepcopy(before)
    adopted["metadata"]["labels"] |= {names.LABEL_EXPERIMENT: "feed", names.LABEL_EXPERIMENT_UID: "u-1"}
    adopted["metadata"]["labels"][names.LABEL_MANAGED_BY] = names.FIELD_MANAGER
    adopted["metadata"]["annotations"] |= {names.ANNOTATION_ADOPTED: write_former(former), names.ANNOTATION_SEED: "v41"}
    adopted["spec"]["selector"] = {names.LABEL_EXPERIMENT: "feed", names.LABEL_HASH: "abc"}
    adopted["spec"]["ports"][0]["targetPort"] = "router"
    assert read_former(adopted) == former
    assert merge(adopted, give_back(adopted, former)) == before
    adopted["spec"]["ports"].append({"port": 9090})
    assert merge(adopted, give_back(adopted, former))["spec"]["ports"] == [*before["spec"]["ports"], {"port": 9090}]


def test_the_memory_of_a_service_that_was_copied_is_none() -> None:
    memory = write_former(Former("s-0", {"app": "feed"}, 80, 9000))
    assert read_former(make_service(annotations={names.ANNOTATION_ADOPTED: memory})) is None


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"uid": 1}'])
def test_a_memory_that_somebody_garbled_is_none(text: str | None) -> None:
    assert parse_former(text) is None


def test_an_older_memory_wins_over_what_the_service_looks_like_now() -> None:
    former = Former("s-1", {"app": "feed"}, 80, 9000)
    service = make_service(
        {"selector": {names.LABEL_HASH: "abc"}}, annotations={names.ANNOTATION_ADOPTED: write_former(former)}
    )
    assert offer(service, make_experiment()).former == former
