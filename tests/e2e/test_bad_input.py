"""What can go wrong with a candidate: a condition says so, and the champion serves throughout."""

from typing import Any

import pytest

from tests.e2e.scene import Scene, make_model

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]


def serve_champion(scene: Scene, **spec: Any) -> None:
    scene.apply(candidate=None, **spec)
    scene.await_condition("Ready")


def assert_champion_serves(scene: Scene) -> None:
    assert scene.condition("Ready")["status"] == "True"
    assert scene.status()["serving"]["revision"] == "v1"
    assert '"model": "v1"' in scene.cluster.exec("curl", "-sf", "-m", "5", scene.address() + "/anything")


def test_a_model_that_crash_loops_is_named_and_its_run_aborted(scene: Scene) -> None:
    serve_champion(scene)
    crashing = make_model(scene.cluster, "v2", command=["python3", "-c", "raise SystemExit('no weights')"])
    scene.apply(candidate=crashing, promotion={"progressDeadline": "25s", "rollbackWindow": "5s"})
    scene.await_condition("CandidateReady", "False", "CrashLoopBackOff")
    assert_champion_serves(scene)
    scene.await_condition("Concluded", "True", "Aborted")
    assert scene.status()["decision"]["reason"] == "CandidateNotReady"
    assert_champion_serves(scene)


def test_an_image_that_does_not_exist_is_named(scene: Scene) -> None:
    serve_champion(scene)
    missing = make_model(scene.cluster, "v2")
    missing["source"]["template"]["spec"]["containers"][0] |= {
        "image": "localhost/nowhere:1",
        "imagePullPolicy": "Never",
    }
    scene.apply(candidate=missing)
    scene.await_condition("CandidateReady", "False", "ErrImageNeverPull")
    assert "nowhere" in scene.condition("CandidateReady")["message"]
    assert_champion_serves(scene)


def test_answers_without_the_items_pointer_are_reported(scene: Scene) -> None:
    serve_champion(scene)
    scene.apply(candidate=make_model(scene.cluster, "v2", "--broken"))
    with scene.shoppers("v1") as crowd:
        scene.await_condition("Concluded", "True", "Rollback")
        counts = crowd.finish()
    assert scene.status()["decision"]["reason"] == "Guardrail"
    assert "'/items'" in scene.condition("Concluded")["message"]
    assert counts["failed"] == 0
    assert_champion_serves(scene)


def test_a_template_that_the_api_server_refuses_is_stalled_with_its_words(scene: Scene) -> None:
    serve_champion(scene)
    nameless = make_model(scene.cluster, "v2")
    nameless["source"]["template"]["spec"]["containers"][0]["imge"] = "typo"
    scene.apply(candidate=nameless)
    scene.await_condition("Stalled", "True", "InvalidTemplate")
    assert "imge" in scene.condition("Stalled")["message"]
    assert_champion_serves(scene)


def test_a_port_named_as_the_routers_is_told_and_takes_no_request_round_the_router(scene: Scene) -> None:
    serve_champion(scene)
    named = make_model(scene.cluster, "v2")
    named["source"]["template"]["spec"]["containers"][0]["ports"] = [{"name": "router", "containerPort": 9000}]
    scene.apply(candidate=named)
    scene.await_condition("Stalled", "True", "PortConflict")
    assert "a port named 'router' in container 'model'" in scene.condition("Stalled")["message"]
    assert scene.kubectl("get", "service", "home-feed", "-o", "jsonpath={.spec.ports[0].targetPort}") == "17080"
    assert_champion_serves(scene)


def test_a_port_of_the_router_that_is_taken_in_the_pod_is_told(scene: Scene) -> None:
    serve_champion(scene)
    crowded = make_model(scene.cluster, "v2")
    model = crowded["source"]["template"]["spec"]["containers"][0]
    # A sidecar that starts first, and says nowhere that it listens.
    thief = {key: model[key] for key in ("image", "securityContext")} | {
        "name": "thief",
        "command": ["python3", "-m", "http.server", "17080"],
        "restartPolicy": "Always",
        "startupProbe": {"tcpSocket": {"port": 17080}, "periodSeconds": 1, "failureThreshold": 60},
    }
    crowded["source"]["template"]["spec"]["initContainers"] = [thief]
    scene.apply(candidate=crowded)
    scene.await_condition("Stalled", "True", "PortConflict")
    assert "another process has port 17080" in scene.condition("Stalled")["message"]
    assert_champion_serves(scene)


def test_a_champion_that_never_becomes_ready_is_stalled_and_the_next_one_serves(scene: Scene) -> None:
    crashing = make_model(scene.cluster, "v1", command=["python3", "-c", "raise SystemExit('no weights')"])
    scene.apply(candidate=None, champion=crashing, promotion={"progressDeadline": "8s", "rollbackWindow": "5s"})
    scene.await_condition("Stalled", "True", "ProgressDeadlineExceeded")
    # The deadline may pass before the first crash; the words follow it.
    scene.until(lambda: "container model" in scene.condition("Stalled")["message"], "what the kubelet says")
    scene.apply(candidate=None, champion=make_model(scene.cluster, "v2"))
    scene.await_condition("Ready")
    scene.until(lambda: scene.condition("Stalled") == {}, "the end of the stall")


def test_a_service_of_somebody_else_is_left_alone(scene: Scene) -> None:
    scene.kubectl("create", "service", "clusterip", "home-feed", "--tcp=80:80")
    before = scene.kubectl("get", "service", "home-feed", "-o", "jsonpath={.metadata.resourceVersion}")
    scene.apply(candidate=None)
    scene.await_condition("Stalled", "True", "ServiceExists")
    assert scene.kubectl("get", "service", "home-feed", "-o", "jsonpath={.metadata.resourceVersion}") == before


def test_deleting_the_experiment_removes_everything(scene: Scene) -> None:
    serve_champion(scene, deletionPolicy="Delete")
    scene.kubectl("delete", "ilx", "feed", "--timeout=20s")
    left = "deployments,services,configmaps,controllerrevisions,secrets"
    scene.until(
        lambda: scene.kubectl("get", left, "-l", "interleaver.dev/experiment=feed", "-o", "name") == "", "the removal"
    )
