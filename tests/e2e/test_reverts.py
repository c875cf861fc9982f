"""What was promoted is sent back within the rollback window, and nobody loses a request by that."""

import pytest

from tests.e2e.scene import Scene
from tests.e2e.test_own_model import ask
from tests.e2e.test_runs import assert_nobody_noticed, start

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

RATE = 100  # visits a second, half of them over fresh connections
PROMOTION = {"rollbackWindow": "10m", "progressDeadline": "40s"}
GUARDRAILS = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}]


def assert_sent_back(scene: Scene, words: str) -> None:
    status = scene.status()
    assert (status["decision"]["verdict"], status["decision"]["reason"]) == ("Rollback", "Reverted")
    assert words in status["decision"]["message"]
    assert (status["serving"]["revision"], status["serving"]["origin"]) == ("v1", "Revert")
    assert [past["reason"] for past in status["history"]] == ["Reverted"]
    assert scene.condition("PromotionRecorded")["status"] == "True"
    assert scene.condition("Ready")["status"] == "True"
    assert scene.kubectl("get", "events", "--field-selector=reason=Reverted", "-o", "name")


def await_promotion(scene: Scene) -> str:
    """Wait until the candidate serves; returns the run."""
    scene.await_condition("Concluded", reason="Promote", seconds=120)
    scene.until(lambda: scene.status()["run"]["stage"] == "Settling", "the rollback window")
    run: str = scene.status()["run"]["id"]
    return run


def test_a_promoted_model_that_begins_to_fail_is_sent_back_and_fails_nobody_but_by_its_own_answers(
    scene: Scene,
) -> None:
    start(scene, guardrails=GUARDRAILS, promotion=PROMOTION)
    with scene.shoppers("v2", rate=RATE) as crowd:
        await_promotion(scene)
        scene.until(lambda: scene.status()["run"].get("probation", {}).get("ledger"), "its own calls")
        assert ask(scene, "/fail") == "200"
        scene.until(lambda: scene.status()["decision"]["reason"] == "Reverted", "the revert", seconds=30)
        scene.until(lambda: scene.pods() == {"v1": 1}, "removal of what was reverted")
        counts = crowd.finish()
    failures = {name: number for name, number in counts.items() if name.startswith("failed-")}
    assert set(failures) == {"failed-status-500-by-v2"}, counts
    assert_sent_back(scene, "guardrail errors is breached by v2 since it serves")
    scene.until(lambda: "run" not in scene.status(), "the end of the run")
    with scene.shoppers("v1", rate=RATE, seconds=5) as crowd:
        crowd.process.wait(timeout=30)
        after = crowd.finish()
    assert after["failed"] == 0
    assert after["served-by-v1"] == after["requests"]


def test_a_person_takes_a_promotion_back_without_a_lost_request(scene: Scene) -> None:
    start(scene, promotion=PROMOTION)
    with scene.shoppers("v2", rate=RATE) as crowd:
        run = await_promotion(scene)
        scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/revert={run}")
        scene.until(lambda: scene.pods() == {"v1": 1}, "removal of what was reverted")
        scene.until(lambda: "run" not in scene.status(), "the end of the run")
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    assert counts["served-by-v2"] > 0
    assert_sent_back(scene, "the annotation interleaver.dev/revert sends v2 back")
    text = scene.kubectl("get", "configmap", scene.status()["history"][0]["record"], "-o", "json")
    name = scene.status()["history"][0]["record"]
    assert name.startswith(f"feed-{run}-"), "beside the record of the promotion, which never changes"
    assert "Reverted" in text
