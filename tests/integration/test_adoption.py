"""A live Service is taken over and given back on a real API server: what is kept, what changes, and what is refused.

The champion's pods never run here, so a person's part is played by a patch of the pods' status: Ready, at an address.
"""

from functools import partial
from typing import Any

import pytest
import yaml

from interleaver.api import names
from tests.integration.documents import change
from tests.integration.test_controller_program import Stage, make_document, stage, until
from tests.integration.trial import make_ready

__all__ = ["stage"]

pytestmark = pytest.mark.cluster

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "home-feed",
        "labels": {"team": "feed", "app.kubernetes.io/managed-by": "hands"},
        "annotations": {"shop.example/owner": "feed team"},
    },
    "spec": {
        "type": "NodePort",
        "selector": {"app": "feed", "tier": "model"},
        "sessionAffinity": "ClientIP",
        "externalTrafficPolicy": "Local",
        "ports": [
            {"name": "web", "port": 80, "targetPort": 9000},
            {"name": "web-udp", "port": 80, "protocol": "UDP", "targetPort": 9001},
            {"name": "second", "port": 8080, "targetPort": 9000},
        ],
    },
}


def make_pods_ready(stage: Stage) -> bool:
    """What a kubelet would say of the champion's pods; False while there are none."""
    pods = stage.get("pods", "--selector", f"{names.LABEL_EXPERIMENT}=home-feed")["items"]
    for pod in pods:
        make_ready(stage, pod, "10.244.9.9")
    return bool(pods)


def make_unscheduled() -> dict[str, Any]:
    """An experiment whose pods no kubelet takes, so that nobody else writes their status."""
    document = make_document()
    document["spec"]["champion"]["source"]["template"]["spec"]["nodeSelector"] = {"interleaver.test/node": "none"}
    return document


def service(stage: Stage) -> dict[str, Any]:
    return stage.get("service", "home-feed")


def annotate(stage: Stage, command: str, uid: str) -> None:
    stage.kubectl("annotate", "interleavingexperiment", "home-feed", f"{command}={uid}")


def is_adopted(stage: Stage) -> bool:
    return names.LABEL_HASH in service(stage)["spec"]["selector"]


def adopt(stage: Stage) -> dict[str, Any]:
    """A Service that somebody made is adopted; returns it as it was before."""
    stage.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(SERVICE))
    before = service(stage)
    stage.apply(change(make_unscheduled(), "spec.deletionPolicy", "Delete"))
    annotate(stage, names.ANNOTATION_ADOPT_SERVICE, before["metadata"]["uid"])
    stage.start()
    until(lambda: stage.condition("Reconciling").get("reason") == "RollingOut", "the champion")
    assert service(stage) == before, "nothing moves before the champion is Ready"
    until(lambda: make_pods_ready(stage), "the champion's pods")
    until(lambda: is_adopted(stage), "the adoption")
    return before


def strip(live: dict[str, Any]) -> dict[str, Any]:
    """What of a Service people declare."""
    meta = {key: live["metadata"].get(key) for key in ("name", "uid", "labels", "annotations", "ownerReferences")}
    return {"metadata": meta, "spec": live["spec"]}


def test_a_node_port_service_keeps_all_but_its_selector_and_one_target_port_and_gets_them_back(stage: Stage) -> None:
    before = adopt(stage)
    now = service(stage)
    changed = {key for key in now["spec"] if now["spec"][key] != before["spec"].get(key)}
    assert changed == {"selector", "ports"}
    for was, port in zip(before["spec"]["ports"], now["spec"]["ports"], strict=True):
        leads_to_router = (port["port"], port["protocol"]) == (80, "TCP")
        assert {key for key in port if port[key] != was[key]} == ({"targetPort"} if leads_to_router else set())
    assert "ownerReferences" not in now["metadata"]
    assert now["metadata"]["labels"]["team"] == "feed"
    assert now["metadata"]["annotations"]["shop.example/owner"] == "feed team"
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready")
    told = stage.kubectl("describe", "interleavingexperiment", "home-feed")
    for words in ("AdoptingService", "ServiceAdopted", "node port", "session affinity ClientIP"):
        assert words in told

    stage.kubectl("delete", "interleavingexperiment", "home-feed", "--timeout=20s")
    until(lambda: not is_adopted(stage), "the Service to be given back")
    assert strip(service(stage)) == strip(before)
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()


def test_an_adopted_service_outlives_an_experiment_that_goes_while_the_operator_is_away(stage: Stage) -> None:
    before = adopt(stage)
    stage.stop()
    stage.kubectl("delete", "interleavingexperiment", "home-feed", "--timeout=20s")
    until(lambda: stage.children() == {"Service/home-feed"}, "the end of all but the Service")
    stage.start()
    until(lambda: not is_adopted(stage), "the Service to be given back")
    assert strip(service(stage)) == strip(before)


def test_an_adopted_service_is_given_back_by_order_while_the_experiment_stays(stage: Stage) -> None:
    before = adopt(stage)
    annotate(stage, names.ANNOTATION_GIVE_BACK_SERVICE, before["metadata"]["uid"])
    until(lambda: not is_adopted(stage), "the Service to be given back")
    assert strip(service(stage)) == strip(before)
    until(lambda: stage.condition("Stalled").get("reason") == "ServiceExists", "ServiceExists")
    # Whoever made it may change it again without a word about conflicts.
    stage.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(SERVICE))


HOPELESS: dict[str, dict[str, Any]] = {
    "headless": {"clusterIP": "None", "selector": {"app": "feed"}, "ports": [{"port": 80}]},
    "ExternalName": {"type": "ExternalName", "externalName": "feed.example"},
    "no selector": {"ports": [{"port": 80}]},
    "no TCP port 80 but 8080": {"selector": {"app": "feed"}, "ports": [{"port": 8080}]},
}


def test_what_cannot_be_adopted_is_refused_in_words_and_left_alone(stage: Stage) -> None:
    for number, spec in enumerate(HOPELESS.values()):
        name = f"feed-{number}"
        document = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
        stage.kubectl("create", "-f", "-", stdin=yaml.safe_dump(document))
        uid = stage.get("service", name)["metadata"]["uid"]
        metadata = {"name": name, "annotations": {names.ANNOTATION_ADOPT_SERVICE: uid}}
        stage.apply(change(make_unscheduled() | {"metadata": metadata}, "spec.service.name", name))
    before = stage.get("services")["items"]
    stage.start()
    for number, words in enumerate(HOPELESS):
        stalled = until(partial(find_stalled, stage, f"feed-{number}"), words)
        assert stalled["reason"] == "AdoptionRefused"
        assert words in stalled["message"]
    after = {live["metadata"]["name"]: live for live in stage.get("services")["items"]}
    assert [after[live["metadata"]["name"]] for live in before] == before


def find_stalled(stage: Stage, name: str) -> dict[str, str] | None:
    """Why an experiment is Stalled; None when it is not."""
    conditions = stage.get("interleavingexperiment", name).get("status", {}).get("conditions", [])
    return next((one for one in conditions if one["type"] == "Stalled"), None)
