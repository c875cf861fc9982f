"""Whole runs on a real node, with real pods and real requests: every verdict, and no shopper who notices."""

import pytest

from tests.e2e.scene import Scene, make_model

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


def start(scene: Scene, **spec: object) -> None:
    scene.apply(**spec)
    scene.await_condition("Ready")


def assert_nobody_noticed(counts: dict[str, int], *, conversions: bool = True) -> None:
    failures = {name: number for name, number in counts.items() if name.startswith("failed-")}
    assert failures == {}
    assert counts["requests"] > 100
    assert bool(counts.get("conversions")) == conversions
    assert counts.get("feedback-202") == counts.get("conversions")


def test_a_candidate_that_shoppers_like_is_promoted_and_the_champion_removed(scene: Scene) -> None:
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


def test_a_harmful_candidate_is_rolled_back_and_removed(scene: Scene) -> None:
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


def test_a_candidate_that_fails_its_calls_is_rolled_back_by_a_guardrail(scene: Scene) -> None:
    guardrails = [{"name": "candidate-errors", "metric": "ErrorRatio", "max": "0.02"}]
    start(scene, candidate=make_model(scene.cluster, "v2", "--failing"), guardrails=guardrails)
    with scene.shoppers("v2") as crowd:
        scene.await_condition("Concluded", reason="Rollback")
        counts = crowd.finish()
    assert_nobody_noticed(counts, conversions=False)
    decision = scene.status()["decision"]
    assert decision["reason"] == "Guardrail"
    # The breaker soon leaves such a candidate alone, so its fallbacks may tell before its errors do.
    assert any(f"guardrail {name} is breached" in decision["message"] for name in ("candidate-errors", "fallbacks"))


def test_a_candidate_that_spoils_the_list_is_rolled_back_by_overall_conversion(scene: Scene) -> None:
    guardrails = [{"name": "overall", "metric": "OverallConversion", "max": "0.1"}]
    start(scene, guardrails=guardrails, traffic={"steps": [{"percent": 50, "hold": "40s"}, {"percent": 100}]})
    with scene.shoppers("purist") as crowd:
        scene.await_condition("Concluded", reason="Rollback")
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    decision = scene.status()["decision"]
    assert decision["reason"] == "Guardrail"
    assert "units with merged lists convert 100.0% less often than those with the champion" in decision["message"]


def test_a_person_pauses_resumes_and_confirms_a_run(scene: Scene) -> None:
    start(scene, promotion={"mode": "Manual", "rollbackWindow": "5s", "progressDeadline": "40s"})
    with scene.shoppers("v2") as crowd:
        scene.until(lambda: scene.status().get("run", {}).get("percent") == 50, "the first step")
        run = scene.status()["run"]["id"]
        scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/pause={run}")
        scene.until(lambda: scene.status()["run"].get("hold") == "Paused", "the pause")
        scene.kubectl("annotate", "ilx", "feed", "interleaver.dev/pause-", f"interleaver.dev/resume={run}")
        scene.until(lambda: "interleaver.dev/promote" in scene.condition("Concluded")["message"], "the wait for a word")
        scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/promote={run}")
        scene.await_condition("Concluded", reason="Promote")
        counts = crowd.finish()
    assert_nobody_noticed(counts)


def test_a_run_without_votes_ends_inconclusive(scene: Scene) -> None:
    analysis = {"minimumRun": "5s", "window": "12s", "margin": "0.02", "plannedVotes": 600}
    start(scene, analysis=analysis)
    scene.await_condition("Concluded", reason="Inconclusive")
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")


def test_the_operator_may_die_in_mid_run(scene: Scene) -> None:
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


def test_ready_stays_true_and_kubectl_shows_what_an_operator_expects(scene: Scene) -> None:
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
