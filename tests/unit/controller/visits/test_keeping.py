"""An experiment is deleted and made again: what serves stays, is told that no run is on, and is taken over as it is."""

from copy import deepcopy
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.routing import Config, decode
from interleaver.controller.cluster.gateway import ClusterError
from tests.builders import make_source
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import FakeOperator, make_resource, make_running, make_serving
from tests.unit.controller.visits.test_adoption import ADOPT, events, make_adopted, order, service_of

SERVING = {"ConfigMap", "ControllerRevision", "Deployment", "Secret", "Service"}


def delete_experiment(operator: FakeOperator) -> None:
    """Somebody deletes the experiment, and the garbage collector is faster than any operator."""
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    operator.cluster.collect_garbage()
    operator.cluster.run_pods()


def make_again(operator: FakeOperator, uid: str = "u-2", **spec: Any) -> None:
    """Somebody applies the same document again; to the API server it is another experiment."""
    live = make_resource(**spec)
    operator.cluster.put(live | {"metadata": live["metadata"] | {"uid": uid}})


def make_promoted(**spec: Any) -> FakeOperator:
    """An operator whose candidate v42 serves and has settled, though Git still names v41."""
    operator = make_running(**spec)
    for _ in range(24):
        if operator.status.get("run", {}).get("stage") == "Running":
            operator.routers.votes = {"win": 600, "tie": 200, "loss": 300}
        operator.live_on(1, seconds=900.0)
    assert operator.status["serving"]["revision"] == "v42"
    assert "run" not in operator.status
    return operator


def config_of(operator: FakeOperator) -> Config:
    live = operator.cluster.find("ConfigMap", "feed-router")
    assert live is not None
    return decode(live["data"][names.CONFIG_FILE])


def list_objects(cluster: FakeCluster) -> set[tuple[str, str]]:
    return {(kind, name) for kind, _, name in cluster.objects if kind not in ("Event", "ReplicaSet", names.KIND)}


def list_pods(operator: FakeOperator) -> dict[str, Any]:
    """The pods with what would restart them; what is told to them in passing is left out."""
    pods = {pod["metadata"]["name"]: pod for pod in operator.cluster.of_kind("Pod")}
    return {name: (pod["metadata"]["uid"], pod["metadata"]["labels"], pod["spec"]) for name, pod in pods.items()}


def list_templates(operator: FakeOperator) -> dict[str, Any]:
    return {live["metadata"]["name"]: live["spec"]["template"] for live in operator.cluster.of_kind("Deployment")}


def test_what_serves_and_all_it_needs_outlives_the_experiment_and_the_candidate_does_not() -> None:
    operator = make_running()
    champion = operator.status["serving"]["hash"]
    delete_experiment(operator)
    left = list_objects(operator.cluster)
    assert {kind for kind, _ in left} == SERVING | {"Pod"}
    assert {name for kind, name in left if kind == "Deployment"} == {f"feed-{champion}"}
    assert {name for kind, name in left if kind == "Service"} == {"home-feed", f"feed-{champion}"}


def test_with_delete_nothing_does() -> None:
    operator = make_running(deletionPolicy="Delete")
    delete_experiment(operator)
    assert list_objects(operator.cluster) == set()


@pytest.mark.parametrize("away", [False, True], ids=["at the delete event", "when the operator starts"])
def test_the_routers_pass_everything_once_the_experiment_is_gone(away: bool) -> None:
    operator = make_running()
    before = config_of(operator)
    assert before.candidate is not None
    delete_experiment(operator)
    if away:
        operator.restart()
    assert operator.visit().result == "gone"
    after = config_of(operator)
    assert (after.run, after.candidate, after.percent) == (None, None, 0)
    assert (after.serving, after.generation) == (before.serving, before.generation + 1)
    (pod,) = operator.cluster.of_kind("Pod")
    assert pod["metadata"]["annotations"][names.ANNOTATION_CONFIG_GENERATION] == str(after.generation)
    assert "KeptServing" in events(operator)


def test_an_api_server_that_does_not_know_the_kind_at_all_ends_no_run() -> None:
    operator = make_running()
    before = config_of(operator)
    delete_experiment(operator)
    operator.cluster.unserved.add(names.KIND)
    with pytest.raises(ClusterError, match="could not find the requested resource"):
        operator.visit()
    assert config_of(operator) == before


def test_what_was_kept_is_told_once_and_left_at_rest() -> None:
    operator = make_running()
    delete_experiment(operator)
    operator.visit()
    before = len(operator.cluster.writes())
    operator.visit()
    assert operator.cluster.writes()[before:] == []


def test_pods_that_were_not_told_are_told_at_the_next_visit() -> None:
    operator = make_running()
    delete_experiment(operator)
    undisturbed = operator.branch()
    undisturbed.visit()
    told = [number for number, (verb, _, _) in enumerate(undisturbed.cluster.requests, 1) if verb == "annotate"]
    operator.cluster.failures[told[-1]] = ClusterError(0, "killed")
    with pytest.raises(ClusterError):
        operator.visit()
    operator.restart()
    operator.visit()
    (pod,) = operator.cluster.of_kind("Pod")
    assert pod["metadata"]["annotations"][names.ANNOTATION_CONFIG_GENERATION] == str(config_of(operator).generation)


def test_an_experiment_that_is_made_again_takes_over_what_serves_and_no_pod_restarts() -> None:
    operator = make_promoted()
    delete_experiment(operator)
    operator.visit()
    pods, templates = list_pods(operator), list_templates(operator)
    selector = service_of(operator)["spec"]["selector"]
    make_again(operator)
    operator.live_on(8)
    assert list_pods(operator) == pods
    assert list_templates(operator) == templates
    assert service_of(operator)["spec"]["selector"] == selector
    serving = operator.status["serving"]
    assert (serving["revision"], serving["seed"], serving["origin"]) == ("v42", "v41", "Promotion")
    assert operator.status["concluded"] == {"candidate": "v42", "verdict": "Promote"}
    assert "run" not in operator.status, "v42 had its verdict"
    assert "TookOver" in events(operator)


def test_what_was_taken_over_is_the_new_experiments_and_can_be_kept_again() -> None:
    operator = make_promoted()
    for uid in ("u-2", "u-3"):
        delete_experiment(operator)
        make_again(operator, uid)
        operator.live_on(8, seconds=31)
        labelled = [live for kind in SERVING - {"Secret"} for live in operator.cluster.of_kind(kind)]
        assert {live["metadata"]["labels"][names.LABEL_EXPERIMENT_UID] for live in labelled} == {uid}
        assert not any(live["metadata"].get("ownerReferences") for live in labelled)
    delete_experiment(operator)
    assert {kind for kind, _ in list_objects(operator.cluster)} == SERVING | {"Pod"}


def test_one_that_is_made_again_with_another_champion_rolls_it_out_from_what_serves() -> None:
    operator = make_promoted()
    delete_experiment(operator)
    make_again(operator, champion=make_source("v50"), candidate=None)
    operator.visit()
    operator.visit()
    assert operator.status["serving"]["revision"] == "v42"
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v50"


def test_one_that_is_made_again_with_delete_owns_what_it_took_over() -> None:
    operator = make_promoted()
    delete_experiment(operator)
    make_again(operator, deletionPolicy="Delete")
    operator.live_on(8, seconds=31)
    assert operator.status["serving"]["revision"] == "v42"
    delete_experiment(operator)
    assert list_objects(operator.cluster) == {("ConfigMap", name) for _, name in records_of(operator)}


def records_of(operator: FakeOperator) -> set[tuple[str, str]]:
    maps = operator.cluster.of_kind("ConfigMap")
    return {(live["kind"], live["metadata"]["name"]) for live in maps if names.LABEL_RUN in live["metadata"]["labels"]}


def test_records_of_former_runs_are_taken_over_so_that_they_stay_bounded() -> None:
    operator = make_promoted()
    records = records_of(operator)
    assert records
    delete_experiment(operator)
    assert records_of(operator) == records
    make_again(operator)
    operator.live_on(3)
    for _, name in records:
        live = operator.cluster.find("ConfigMap", name)
        assert live is not None
        assert live["metadata"]["labels"][names.LABEL_EXPERIMENT_UID] == "u-2"


def restore(operator: FakeOperator) -> None:
    """What a backup tool does to a namespace that is lost: everything is there again, with another uid, and without
    status and owners."""
    saved = [live for live in operator.cluster.objects.values() if live["kind"] not in ("Event", "Pod", "ReplicaSet")]
    operator.cluster.objects.clear()
    for live in deepcopy(saved):
        for key in ("uid", "resourceVersion", "ownerReferences"):
            live["metadata"].pop(key, None)
        live.pop("status", None)
        operator.cluster.put(live)
    operator.restart()
    operator.cluster.run_pods()


def test_a_restore_serves_what_served_and_repeats_the_run_with_the_restored_candidate() -> None:
    operator = make_running()
    restore(operator)
    operator.live_on(14)
    assert operator.status["serving"]["revision"] == "v41"
    assert operator.status["run"]["stage"] == "Running"
    assert [one for one in operator.status["conditions"] if one["type"] == "Stalled"] == []


def test_a_restore_after_a_promotion_serves_what_was_promoted() -> None:
    operator = make_promoted()
    restore(operator)
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v42"
    assert "run" not in operator.status


def test_nothing_is_taken_whose_entry_has_another_name() -> None:
    operator = make_promoted()
    delete_experiment(operator)
    before = {key: deepcopy(live) for key, live in operator.cluster.objects.items()}
    make_again(operator, service={"name": "other-feed"})
    operator.live_on(6)
    kept = [key for key in before if key[0] in SERVING]
    assert {key: operator.cluster.objects[key] for key in kept} == {key: before[key] for key in kept}


def test_a_late_operator_takes_nothing_from_the_successor_of_its_experiment() -> None:
    operator = make_promoted()
    delete_experiment(operator)
    make_again(operator)

    async def look_late(kind: str, namespace: str, name: str) -> Any:
        """The operator has read u-2 and slept, and meanwhile the experiment was made once more."""
        if kind == names.KIND:
            make_again(operator, "u-3")
        return await FakeCluster.get_metadata(operator.cluster, kind, namespace, name)

    operator.cluster.get_metadata = look_late  # type: ignore[method-assign]
    before = len(operator.cluster.writes())
    with pytest.raises(ClusterError, match="another one by now"):
        operator.visit()
    assert operator.cluster.writes()[before:] == []


def test_a_process_that_dies_at_any_write_of_the_taking_over_is_replaced_without_a_trace() -> None:
    began = make_promoted()
    delete_experiment(began)
    make_again(began)
    undisturbed = began.branch()
    undisturbed.live_on(6)
    first = len(began.cluster.requests) + 1
    writes = [
        number
        for number, request in enumerate(undisturbed.cluster.requests, start=1)
        if number >= first and request[0] in ("patch", "apply", "patch-status")
    ]
    assert len(writes) > 8
    for moment in sorted({each for write in writes for each in (write, write + 1)}):
        operator = began.branch()
        operator.cluster.failures[moment] = ClusterError(0, "killed")
        for _ in range(8):
            try:
                operator.visit()
            except ClusterError:
                operator.restart()
            operator.cluster.run_pods()
            operator.cluster.clock.pass_by(1)
        assert operator.status["serving"]["revision"] == "v42", moment
        assert list_objects(operator.cluster) == list_objects(undisturbed.cluster), moment
        assert list_pods(operator) == list_pods(undisturbed), moment


def blind(operator: FakeOperator) -> None:
    """An operator that may make Secrets, and may not look at any."""

    async def refuse(kind: str, namespace: str, name: str) -> Any:
        if kind == "Secret":
            raise ClusterError(403, 'cannot get resource "secrets"')
        return await FakeCluster.get_metadata(operator.cluster, kind, namespace, name)

    operator.cluster.get_metadata = refuse  # type: ignore[method-assign]


def test_without_the_right_to_look_the_kept_keys_are_known_by_what_was_kept_beside_them() -> None:
    operator = FakeOperator()
    blind(operator)
    operator.cluster.put(make_resource(candidate=None))
    operator.live_on(8, seconds=31)
    keys = operator.cluster.find("Secret", "feed-router")
    delete_experiment(operator)
    make_again(operator, candidate=None)
    operator.restart()
    operator.live_on(8, seconds=31)
    assert operator.cluster.find("Secret", "feed-router") == keys
    assert operator.status["serving"]["revision"] == "v41"
    assert [one for one in operator.status["conditions"] if one["type"] == "Stalled"] == []


@pytest.mark.parametrize("sighted", [True, False])
def test_one_that_never_served_is_made_again_with_the_keys_that_it_left(sighted: bool) -> None:
    operator = FakeOperator()
    if not sighted:
        blind(operator)
    operator.cluster.put(make_resource(candidate=None))
    for _ in range(6):
        operator.visit()  # no pod comes up
        operator.cluster.clock.pass_by(31)
    keys = operator.cluster.find("Secret", "feed-router")
    delete_experiment(operator)
    assert list_objects(operator.cluster) == {("Secret", "feed-router"), ("ConfigMap", "feed-router")}
    operator.visit()
    make_again(operator, candidate=None)
    operator.restart()
    operator.live_on(8, seconds=31)
    assert operator.status["serving"]["revision"] == "v41"
    now = operator.cluster.find("Secret", "feed-router")
    assert now is not None
    assert keys is not None
    assert now["stringData"] == keys["stringData"]
    assert [one for one in operator.status["conditions"] if one["type"] == "Stalled"] == []


def test_keys_that_are_all_that_was_left_are_the_new_experiments() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.visit()
    delete_experiment(operator)
    assert list_objects(operator.cluster) == {("Secret", "feed-router")}
    make_again(operator, candidate=None)
    operator.live_on(8, seconds=31)
    assert operator.status["serving"]["revision"] == "v41"
    assert [one for one in operator.status["conditions"] if one["type"] == "Stalled"] == []


def test_the_policy_of_the_keys_follows_where_the_operator_may_change_them() -> None:
    operator = make_serving(deletionPolicy="Delete")
    operator.live_on(2, seconds=31)
    keys = operator.cluster.find("Secret", "feed-router")
    assert keys is not None
    assert keys["metadata"]["ownerReferences"]
    for policy in ("KeepServing", "Delete"):
        live = operator.cluster.find(names.KIND, "feed")
        assert live is not None
        operator.cluster.put(live | {"spec": live["spec"] | {"deletionPolicy": policy}})
        operator.live_on(3, seconds=31)
        now = operator.cluster.find("Secret", "feed-router")
        assert now is not None
        assert bool(now["metadata"].get("ownerReferences")) is (policy == "Delete")
        assert (names.ANNOTATION_KEPT in now["metadata"]["annotations"]) is (policy == "KeepServing")
        assert now["stringData"] == keys["stringData"]


def test_an_owner_that_somebody_else_has_named_as_well_is_taken_away_before_the_pointer_moves() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.cluster.owners_are_shared = True
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v41"
    assert not any(live["metadata"].get("ownerReferences") for live in operator.cluster.of_kind("Deployment"))


def test_an_adopted_service_stays_with_what_serves_and_the_successor_has_it() -> None:
    operator = make_adopted("KeepServing")
    selector = service_of(operator)["spec"]["selector"]
    delete_experiment(operator)
    operator.visit()
    assert service_of(operator)["spec"]["selector"] == selector
    make_again(operator, candidate=None)
    operator.live_on(6)
    assert service_of(operator)["spec"]["selector"] == selector
    assert operator.status["serving"]["revision"] == "v41"
    order(operator, **ADOPT, **{names.ANNOTATION_GIVE_BACK_SERVICE: "s-1"})
    operator.live_on(4)
    assert service_of(operator)["spec"]["selector"] == {"app": "feed"}
    assert service_of(operator)["metadata"]["annotations"] == {}
