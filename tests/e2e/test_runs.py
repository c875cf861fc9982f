"""Whole runs on a real node, with real pods and real requests: every verdict, and no shopper who notices."""

import pytest

from tests.e2e.scene import Scene

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


def start(scene: Scene, **spec: object) -> None:
    scene.apply(**spec)
    scene.await_condition("Ready")


def assert_nobody_noticed(counts: dict[str, int]) -> None:
    failures = {name: number for name, number in counts.items() if name.startswith("failed-")}
    assert failures == {}
    assert counts["requests"] > 100
    assert counts["feedback-202"] == counts["conversions"]


def test_a_candidate_that_shoppers_like_is_promoted_and_the_champion_removed(scene):
    start(scene)
    with scene.shoppers("v2") as crowd:
        scene.kubectl("wait", "--for=condition=Concluded", "ilx/feed", "--timeout=100s", seconds=110)
        status = scene.status()
        assert (status["decision"]["verdict"], status["decision"]["reason"]) == ("Promote", "Better")
        assert (status["serving"]["revision"], status["serving"]["origin"]) == ("v2", "Promotion")
        assert scene.condition("PromotionRecorded")["status"] == "False"
        scene.until(lambda: scene.pods() == {"v2": 1}, "removal of the former champion")
        scene.until(lambda: "run" not in scene.status(), "the end of the run")
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    assert counts["served-by-v2"] > 0
    assert scene.kubectl("get", "events", "--field-selector=reason=Promote", "-o", "name")


def test_a_harmful_candidate_is_rolled_back_and_removed(scene):
    start(scene)
    with scene.shoppers("v1") as crowd:
        scene.kubectl(
            "wait", "--for=jsonpath={.status.decision.verdict}=Rollback", "ilx/feed", "--timeout=80s", seconds=90
        )
        scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    status = scene.status()
    assert status["decision"]["reason"] == "Harm"
    assert status["serving"]["revision"] == "v1"
    assert status["concluded"] == {"candidate": "v2", "verdict": "Rollback"}


def test_a_run_without_votes_ends_inconclusive(scene):
    analysis = {"minimumRun": "5s", "window": "12s", "margin": "0.02", "plannedVotes": 600}
    start(scene, analysis=analysis)
    scene.await_condition("Concluded", reason="Inconclusive")
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")


def test_the_operator_may_die_in_mid_run(scene):
    start(scene)
    with scene.shoppers("v2") as crowd:
        scene.until(lambda: scene.status().get("run", {}).get("votes", 0) > 10, "the first votes")
        run = scene.status()["run"]
        scene.cluster.kubectl("-n", "interleaver-system", "delete", "pod", "--all", "--grace-period=0", "--force")
        scene.await_condition("Concluded", reason="Promote", seconds=120)
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    status = scene.status()
    assert status["decision"]["runId"] == run["id"], "the run went on, it did not start afresh"


def test_ready_stays_true_and_kubectl_shows_what_an_operator_expects(scene):
    start(scene)
    since = scene.condition("Ready")["lastTransitionTime"]
    with scene.shoppers("v2") as crowd:
        scene.await_condition("Concluded", reason="Promote", seconds=100)
        crowd.finish()
    assert scene.condition("Ready")["lastTransitionTime"] == since
    head, row = scene.kubectl("get", "ilx").splitlines()
    assert head.split() == ["NAME", "SERVING", "CANDIDATE", "PERCENT", "VOTES", "VERDICT", "READY", "AGE"]
    assert {"feed", "v2", "Promote", "True"} <= set(row.split())
    described = scene.kubectl("describe", "ilx", "feed")
    for reason in ("ServingChanged", "RunStarted", "RampStep", "Promote"):
        assert reason in described, described
