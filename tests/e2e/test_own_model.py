"""Where a model listens, on a real node: it is called there, or it is said where it is not, before a user meets it.

The models here say that they are ready whatever becomes of them, so that only their routers stand before a mistake.
"""

import subprocess
from typing import Any

import pytest

from tests.e2e.scene import Scene, make_model
from tests.e2e.test_runs import assert_nobody_noticed

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

ADDRESS = {"name": "POD_ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}


def make_at(scene: Scene, name: str, at: str) -> dict[str, Any]:
    """A model that listens at one address alone, and whose probe does not look there."""
    model = make_model(scene.cluster, name, "--at", at)
    container = model["source"]["template"]["spec"]["containers"][0]
    container |= {"env": [ADDRESS], "readinessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 1}}
    return model


def find_address(scene: Scene, revision: str) -> str:
    """The address of a revision's one pod."""
    label = f"interleaver.dev/revision={revision}"
    return scene.kubectl("get", "pods", "-l", label, "-o", "jsonpath={.items[0].status.podIP}")


def ask(scene: Scene, path: str = "/anything") -> str:
    """The status that the entry answers; empty when it takes no connection."""
    words = ("curl", "-s", "-o", "/dev/null", "-m", "5", "-w", "%{http_code}", scene.address() + path)
    try:
        return scene.cluster.exec(*words)
    except subprocess.CalledProcessError:
        return ""


def test_models_that_listen_at_their_pods_address_alone_serve_and_are_promoted(scene: Scene) -> None:
    scene.apply(champion=make_at(scene, "v1", "pod"), candidate=make_at(scene, "v2", "pod"))
    scene.await_condition("Ready")
    with scene.shoppers("v2") as crowd:
        scene.await_condition("Concluded", reason="Promote", seconds=120)
        scene.until(lambda: scene.pods() == {"v2": 1}, "removal of the former champion")
        assert ask(scene) == "200"
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    assert counts["served-by-v1"] > 0
    assert counts["served-by-v2"] > 0


def test_a_candidate_that_listens_on_loopback_alone_is_refused_by_name_and_address_and_meets_no_user(
    scene: Scene,
) -> None:
    scene.apply(candidate=None)
    scene.await_condition("Ready")
    with scene.shoppers("v2") as crowd:
        candidate = make_at(scene, "v2", "loopback")
        scene.apply(candidate=candidate, promotion={"progressDeadline": "45s", "rollbackWindow": "5s"})
        scene.await_condition("CandidateReady", "False", "ModelOnLoopback")
        message = scene.condition("CandidateReady")["message"]
        assert "0 of 1 pod(s) of v2 are Ready: the model listens at http://127.0.0.1:9000 alone" in message
        assert f"other pods call it at http://{find_address(scene, 'v2')}:9000: let it listen on 0.0.0.0" in message
        scene.await_condition("Stalled", "True", "ModelOnLoopback")
        scene.await_condition("Concluded", "True", "Aborted")
        counts = crowd.finish()
    assert_nobody_noticed(counts, conversions=False)
    assert "served-by-v2" not in counts
    assert "let it listen on 0.0.0.0" in scene.status()["decision"]["message"]
    assert scene.condition("Ready")["status"] == "True"


def test_a_first_champion_that_listens_on_loopback_alone_is_told_and_the_next_one_serves(scene: Scene) -> None:
    scene.apply(candidate=None, champion=make_at(scene, "v1", "loopback"))
    scene.await_condition("Ready", "False", "ModelOnLoopback")
    message = scene.condition("Ready")["message"]
    assert message.startswith("v1 has no Ready pod: the model listens at http://127.0.0.1:9000 alone")
    assert f"http://{find_address(scene, 'v1')}:9000" in message
    scene.await_condition("Stalled", "True", "ModelOnLoopback")
    assert ask(scene) == "", "nobody is sent there"
    scene.apply(candidate=None, champion=make_at(scene, "v2", "everywhere"))
    scene.await_condition("Ready")
    assert ask(scene) == "200"
    scene.until(lambda: scene.condition("Stalled") == {}, "the end of the stall")


def test_ready_is_not_true_for_long_while_requests_fail_for_lack_of_a_model(scene: Scene) -> None:
    scene.apply(candidate=None, champion=make_at(scene, "v1", "everywhere"))
    scene.await_condition("Ready")
    assert ask(scene, "/leave") == "200"
    scene.until(lambda: ask(scene) in ("502", ""), "the first request fails")
    scene.await_condition("Ready", "False", "ModelUnreachable")
    message = scene.condition("Ready")["message"]
    assert "nothing answers at http://127.0.0.1:9000 (connection refused)" in message
    scene.until(lambda: ask(scene) == "", "the node hears that nobody is to be sent there")
    assert [ask(scene) for _ in range(5)] == [""] * 5, "the entry sends nobody there"
