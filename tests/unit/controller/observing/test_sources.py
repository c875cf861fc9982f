"""A template by reference: copied from a Deployment or a PodTemplate, kept once it is in use, and missed in words."""

from copy import deepcopy
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.gateway import ClusterError
from tests.builders import make_source, make_template
from tests.unit.controller.operators import FakeOperator, make_resource, make_serving
from tests.unit.controller.visits.test_keeping import delete_experiment, make_again

FIELDS = {"Deployment": "deploymentRef", "PodTemplate": "podTemplateRef"}
DROPPED: dict[str, dict[str, str]] = {
    "labels": {
        "pod-template-hash": "abc",
        "argocd.argoproj.io/instance": "feed",
        "applyset.kubernetes.io/part-of": "feed",
        names.LABEL_EXPERIMENT: "another",
    },
    "annotations": {
        "argocd.argoproj.io/tracking-id": "feed:apps/Deployment:shop/feed",
        "meta.helm.sh/release-name": "feed",
        "kubectl.kubernetes.io/restartedAt": "2026-11-22T10:15:00Z",
    },
}


def refer(revision: str, kind: str = "Deployment") -> dict[str, Any]:
    """A champion or candidate whose template stands elsewhere, in an object of the revision's name."""
    return make_source(revision) | {"source": {FIELDS[kind]: {"name": f"feed-{revision}"}}}


def make_object(revision: str, kind: str = "Deployment", template: Manifest | None = None) -> Manifest:
    """What a reference may name. That of a Deployment has its own replicas, which are none of ours."""
    template = template or make_template(f"localhost/model:{revision}")
    body = {"template": template}
    if kind == "Deployment":
        body = {"spec": {"replicas": 0, "selector": {"matchLabels": {"app": "feed"}}, "template": template}}
    return {"kind": kind, "metadata": {"name": f"feed-{revision}", "namespace": "shop"}, **body}


def start(kind: str = "Deployment", **spec: Any) -> FakeOperator:
    """An operator whose experiment serves a champion by reference."""
    operator = FakeOperator()
    operator.cluster.put(make_object("v41", kind))
    operator.cluster.put(make_resource(**{"champion": refer("v41", kind), "candidate": None} | spec))
    operator.live_on(6)
    return operator


def edit(operator: FakeOperator, **spec: Any) -> None:
    """Somebody applies another spec."""
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    meta = live["metadata"] | {"generation": live["metadata"]["generation"] + 1}
    operator.cluster.put(live | {"metadata": meta, "spec": live["spec"] | spec})


def condition(operator: FakeOperator, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = operator.status["conditions"]
    return next((one for one in found if one["type"] == kind), {})


def stalled(operator: FakeOperator) -> tuple[str, str]:
    found = condition(operator, "Stalled")
    return found.get("reason", ""), found.get("message", "")


def list_images(operator: FakeOperator) -> list[str]:
    """The models that are deployed by the operator."""
    made = [
        one for one in operator.cluster.of_kind("Deployment") if names.LABEL_HASH in one["metadata"].get("labels", {})
    ]
    return [one["spec"]["template"]["spec"]["containers"][0]["image"] for one in made]


def list_events(operator: FakeOperator, reason: str) -> list[Manifest]:
    return [event for event in operator.cluster.of_kind("Event") if event["reason"] == reason]


@pytest.mark.parametrize("kind", FIELDS)
def test_the_template_is_copied_and_its_object_is_left_as_it_is(kind: str) -> None:
    operator = start(kind)
    assert operator.status["serving"]["revision"] == "v41"
    assert condition(operator, "Ready")["status"] == "True"
    assert list_images(operator) == ["localhost/model:v41"]
    assert not [request for request in operator.cluster.writes() if request[2] == "feed-v41"]


def test_a_revision_is_the_same_whether_its_template_is_given_or_referred_to() -> None:
    assert start("PodTemplate").status["serving"]["hash"] == make_serving().status["serving"]["hash"]


def test_labels_by_which_a_deployment_selects_its_pods_are_not_copied() -> None:
    """Its Service would lead past our routers, and its autoscaler would count our pods."""
    template = make_template("localhost/model:v41")
    template["metadata"]["labels"] = {"app": "feed", "track": "stable", "team": "feed"}
    live = make_object("v41", template=template)
    live["spec"]["selector"]["matchExpressions"] = [{"key": "track", "operator": "Exists"}]
    operator = FakeOperator()
    operator.cluster.put(live)
    operator.cluster.put(make_resource(champion=refer("v41"), candidate=None))
    operator.live_on(6)
    (kept,) = operator.cluster.of_kind("ControllerRevision")
    assert kept["data"]["template"]["metadata"] == {"labels": {"team": "feed"}}


def test_a_candidate_by_reference_is_tried() -> None:
    operator = start()
    operator.cluster.put(make_object("v42", "PodTemplate"))
    edit(operator, candidate=refer("v42", "PodTemplate"))
    operator.live_on(8)
    assert operator.status["run"]["stage"] == "Running"
    assert list_images(operator) == ["localhost/model:v41", "localhost/model:v42"]


def test_what_was_deployed_goes_on_when_its_object_is_deleted() -> None:
    operator = start()
    operator.cluster.objects.pop(("Deployment", "shop", "feed-v41"))
    before = list_images(operator), operator.status["serving"]
    operator.live_on(3, seconds=61)
    operator.restart()
    operator.live_on(3, seconds=61)
    assert (list_images(operator), operator.status["serving"]) == before
    assert stalled(operator) == ("", "")


def test_what_was_deployed_goes_on_when_its_object_changes_and_an_event_says_so_once() -> None:
    operator = start()
    changed = make_object("v41", template=make_template("localhost/model:another"))
    operator.cluster.put(changed)
    operator.live_on(3, seconds=61)
    operator.restart()
    operator.live_on(3, seconds=61)
    assert list_images(operator) == ["localhost/model:v41"]
    assert stalled(operator) == ("", "")
    (event,) = list_events(operator, "SourceChanged")
    assert event["note"] == (
        "spec.champion.source.deploymentRef (Deployment 'feed-v41') has another template by now than the one that v41 "
        "was deployed with, and which it keeps: give the new version a new revision name"
    )
    operator.cluster.put(make_object("v41"))
    operator.live_on(2, seconds=61)
    assert "changedSources" not in operator.status or operator.status["changedSources"] == []
    assert len(list_events(operator, "SourceChanged")) == 1


def test_a_restart_of_the_referenced_deployment_is_no_other_version() -> None:
    operator = start()
    restarted = make_template("localhost/model:v41")
    restarted["metadata"] |= {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-22T10:15:00Z"}}
    operator.cluster.put(make_object("v41", template=restarted))
    operator.live_on(3, seconds=61)
    assert list_events(operator, "SourceChanged") == []


def test_marks_of_those_who_manage_the_object_are_not_copied() -> None:
    template = make_template("localhost/model:v41")
    template["metadata"] = {"name": "x", "creationTimestamp": None, **deepcopy(DROPPED)}
    template["metadata"]["labels"] |= {"app": "feed", "team": "feed"}
    template["metadata"]["annotations"] |= {"prometheus.io/scrape": "true"}
    operator = FakeOperator()
    operator.cluster.put(make_object("v41", template=template))
    operator.cluster.put(make_resource(champion=refer("v41"), candidate=None))
    operator.live_on(6)
    (kept,) = operator.cluster.of_kind("ControllerRevision")
    assert kept["data"]["template"]["metadata"] == {
        "labels": {"team": "feed"},
        "annotations": {"prometheus.io/scrape": "true"},
    }


def test_a_reference_that_is_missing_is_said_and_looked_for_until_it_is_there() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(champion=refer("v41"), candidate=None))
    operator.live_on(3)
    assert stalled(operator) == (
        "SourceNotFound",
        "spec.champion.source.deploymentRef (Deployment 'feed-v41') cannot be used: there is none of that name in the "
        "namespace 'shop': create it, or name another one",
    )
    assert operator.visit().after == 10.0
    operator.cluster.put(make_object("v41"))
    operator.live_on(6, seconds=10)
    assert stalled(operator) == ("", "")
    assert operator.status["serving"]["revision"] == "v41"


def test_a_candidate_that_is_missing_keeps_no_champion_from_serving() -> None:
    operator = start(candidate=refer("v42"))
    assert stalled(operator)[0] == "SourceNotFound"
    assert "spec.candidate.source.deploymentRef" in stalled(operator)[1]
    assert "run" not in operator.status
    assert condition(operator, "Ready")["status"] == "True"
    operator.cluster.put(make_object("v42"))
    operator.live_on(8, seconds=5)
    assert operator.status["run"]["plan"]["candidate"]["revision"] == "v42"


def make_deep() -> Manifest:
    value: Any = {}
    for _ in range(40):
        value = {"more": value}
    return make_template() | {"spec": {"containers": [], "affinity": value}}


def add_router(template: Manifest) -> Manifest:
    template["spec"]["initContainers"] = [{"name": names.ROUTER_CONTAINER, "image": "router"}]
    return template


UNUSABLE: dict[str, tuple[Manifest, str]] = {
    "too long": (make_template("m" * 70_000), "its template is 68 kB long, more than 64 kB: move what is long"),
    "too deep": (make_deep(), "its template is nested deeper than 32 levels: move what is long"),
    "of an experiment": (add_router(make_template()), "an experiment made it, and it has a router of its own"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_template_that_cannot_be_copied_is_said_and_touches_nothing(case: str) -> None:
    template, words = UNUSABLE[case]
    operator = start(candidate=refer("v42"))
    operator.cluster.put(make_object("v42", template=template))
    operator.live_on(3, seconds=10)
    reason, message = stalled(operator)
    assert reason == "SourceNotUsable"
    assert f"spec.candidate.source.deploymentRef (Deployment 'feed-v42') cannot be used: {words}" in message
    assert condition(operator, "Ready")["status"] == "True"
    operator.cluster.put(make_object("v42"))
    operator.live_on(8, seconds=5)
    assert operator.status["run"]["plan"]["candidate"]["revision"] == "v42"


def test_an_object_that_is_too_large_to_be_read_is_one_that_cannot_be_used() -> None:
    operator = start(candidate=refer("v42", "PodTemplate"))
    operator.cluster.put(make_object("v42", "PodTemplate"))
    operator.cluster.too_large["PodTemplate"] = "PodTemplate 'feed-v42' cannot be used: it is 300 kB long"
    operator.live_on(3, seconds=10)
    assert stalled(operator)[0] == "SourceNotUsable"
    assert "it is 300 kB long" in stalled(operator)[1]
    assert condition(operator, "Ready")["status"] == "True"


def test_an_operator_that_may_not_read_the_object_says_so() -> None:
    operator = start()
    edit(operator, candidate=refer("v42", "PodTemplate"))
    denial = ClusterError(403, 'podtemplates "feed-v42" is forbidden: User "system:serviceaccount:a:b" cannot get')
    operator.cluster.failures[len(operator.cluster.requests) + 2] = denial
    operator.visit()
    reason, message = stalled(operator)
    assert reason == "SourceNotUsable"
    assert "the operator may not read it (" in message


def test_a_champion_that_does_not_serve_yet_can_be_mended_in_its_object() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_object("v41", template=make_template("localhost/model:misspelt")))
    operator.cluster.put(make_resource(champion=refer("v41"), candidate=None))
    for _ in range(4):  # no pod comes up
        operator.visit()
    assert list_images(operator) == ["localhost/model:misspelt"]
    operator.cluster.put(make_object("v41"))
    operator.cluster.clock.pass_by(61)
    operator.live_on(6, seconds=5)
    assert list_images(operator) == ["localhost/model:v41"]
    assert operator.status["serving"]["revision"] == "v41"


def test_a_new_name_gets_what_its_object_holds_now_and_not_what_was_seen_for_the_former_one() -> None:
    operator = start()
    operator.live_on(1, seconds=61)
    operator.live_on(1)  # the object has just been read, for the event
    operator.cluster.put(make_object("v41", template=make_template("localhost/model:v50")))
    edit(operator, champion=refer("v41") | {"revision": "v50"})
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v50"
    assert "localhost/model:v50" in list_images(operator)
    assert list_events(operator, "SourceChanged") == []


def test_a_rollout_goes_on_when_its_object_is_deleted_meanwhile() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_object("v41"))
    operator.cluster.put(make_resource(champion=refer("v41"), candidate=None))
    for _ in range(4):
        operator.visit()
    operator.cluster.objects.pop(("Deployment", "shop", "feed-v41"))
    operator.cluster.clock.pass_by(61)
    operator.restart()
    operator.live_on(6, seconds=10)
    assert operator.status["serving"]["revision"] == "v41"
    assert stalled(operator) == ("", "")


def test_another_port_under_the_same_name_is_a_revision_that_is_reused() -> None:
    operator = start()
    edit(operator, champion=refer("v41") | {"port": 9001})
    operator.live_on(2)
    assert stalled(operator)[0] == "RevisionReused"


def test_another_object_under_the_same_name_changes_nothing_that_runs_and_an_event_says_so() -> None:
    operator = start()
    edit(operator, champion=refer("v41") | {"source": {"deploymentRef": {"name": "feed-v50"}}})
    operator.cluster.put(make_object("v50"))
    operator.live_on(2, seconds=10)
    assert list_images(operator) == ["localhost/model:v41"]
    (event,) = list_events(operator, "SourceChanged")
    assert event["note"].startswith("spec.champion.source.deploymentRef (Deployment 'feed-v50') has another template")


def test_a_champion_that_git_orders_and_that_is_missing_leaves_the_former_one_serving() -> None:
    operator = start()
    edit(operator, champion=refer("v50"))
    operator.live_on(3, seconds=10)
    assert stalled(operator)[0] == "SourceNotFound"
    assert operator.status["serving"]["revision"] == "v41"
    assert condition(operator, "Ready")["status"] == "True"
    operator.cluster.put(make_object("v50"))
    operator.live_on(8, seconds=10)
    assert operator.status["serving"]["revision"] == "v50"
    assert stalled(operator) == ("", "")


def test_a_template_that_wants_the_routers_port_is_refused_with_the_object_s_name() -> None:
    operator = start(candidate=refer("v42"))
    operator.cluster.put(make_object("v42", template=make_template(port=17080)))
    operator.live_on(3, seconds=10)
    reason, message = stalled(operator)
    assert reason == "PortConflict"
    assert message.startswith("spec.candidate.source.deploymentRef (Deployment 'feed-v42') declares container")


def test_an_experiment_at_rest_reads_its_object_once_a_minute_and_what_keeps_the_copy_never_again() -> None:
    operator = start()
    operator.live_on(3, seconds=61)
    sent = len(operator.cluster.requests)
    operator.live_on(10, seconds=6.1)
    asked = operator.cluster.requests[sent:]
    assert asked.count(("get", "Deployment", "feed-v41")) == 1


def test_a_candidate_that_has_had_its_verdict_is_not_asked_for_again() -> None:
    operator = start()
    operator.cluster.put(make_object("v42"))
    edit(operator, candidate=refer("v42"))
    operator.live_on(8)
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    live["metadata"]["annotations"] = {names.ANNOTATION_ABORT: operator.status["run"]["id"]}
    operator.live_on(12, seconds=31)
    assert operator.status["concluded"]["candidate"] == "v42"
    operator.cluster.objects.pop(("Deployment", "shop", "feed-v42"))
    sent = len(operator.cluster.requests)
    operator.live_on(3, seconds=61)
    assert not [request for request in operator.cluster.requests[sent:] if request[2] == "feed-v42"]
    assert stalled(operator) == ("", "")


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_experiment_that_is_made_again_takes_over_what_was_copied_whatever_became_of_the_object(
    is_gone: bool,
) -> None:
    operator = start()
    before = list_images(operator), [pod["metadata"]["uid"] for pod in operator.cluster.of_kind("Pod")]
    delete_experiment(operator)
    operator.cluster.put(make_object("v41", template=make_template("localhost/model:another")))
    if is_gone:
        operator.cluster.objects.pop(("Deployment", "shop", "feed-v41"))
    make_again(operator, champion=refer("v41"), candidate=None)
    operator.live_on(8)
    assert (list_images(operator), [pod["metadata"]["uid"] for pod in operator.cluster.of_kind("Pod")]) == before
    assert operator.status["serving"]["revision"] == "v41"
    assert stalled(operator) == ("", "")
    assert bool(list_events(operator, "SourceChanged")) is not is_gone
