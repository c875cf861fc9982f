"""Whole runs on a real node, with real pods and real requests: every verdict, and no shopper who notices."""

import json
from typing import Final

import pytest

from interleaver.api.names import PREVIEWS
from interleaver.plugin.cluster.access import Place, connect
from interleaver.plugin.cluster.experiments import locate
from tests.e2e.scene import Scene, make_model, name_failures
from tests.integration.plugin import Person

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

WITHIN: Final = "--timeout=90s"  # a command is taken at once, but for an operator that a test beside this one restarts
AROUND: Final = {"service", "pods", "routers", "store", "models", "contract"}  # what `diagnose` finds of an experiment


def start(scene: Scene, **spec: object) -> None:
    scene.apply(**spec)
    scene.await_condition("Ready")


def assert_nobody_noticed(counts: dict[str, int], *, conversions: bool = True) -> None:
    assert name_failures(counts) == {}
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


def give_in_passing(scene: Scene, name: str, value: str) -> None:
    """A command that a tool takes away before anybody can have come, as Flux may."""
    with connect(Place(kubeconfig=str(scene.cluster.kubeconfig))) as api:
        for word in (value, None):
            api.patch(locate(scene.namespace, "feed"), {"metadata": {"annotations": {name: word}}})


def test_a_person_pauses_resumes_and_confirms_a_run(scene: Scene) -> None:
    start(scene, promotion={"mode": "Manual", "rollbackWindow": "5s", "progressDeadline": "40s"})
    with scene.shoppers("v2") as crowd:
        scene.until(lambda: scene.status().get("run", {}).get("percent") == 50, "the first step")
        run = scene.status()["run"]["id"]
        give_in_passing(scene, "interleaver.dev/pause", run)
        scene.until(lambda: scene.status()["run"].get("hold") == "Paused", "the pause")
        person = Person(scene.cluster, scene.namespace)
        scene.until(lambda: ask_status(person) == ("Paused", 3), "the pause in the plugin's words")
        assert preview(scene, person) == {"interleaved": "v1", "champion": "v1", "candidate": "v2"}
        assert person.run("resume", "feed", WITHIN)[1].out == f"{run} goes on\n"
        scene.until(lambda: "interleaver.dev/promote" in scene.condition("Concluded")["message"], "the wait for a word")
        scene.until(lambda: ask_status(person) == ("AwaitingPromotion", 7), "the wait for nothing but a word")
        assert "live answers were merged" in diagnose(person)["contract"]
        assert person.run("promote", "feed", "--run", run, WITHIN)[1].out.startswith(f"{run} has your word")
        scene.await_condition("Concluded", reason="Promote")
        counts = crowd.finish()
    assert_nobody_noticed(counts)


def preview(scene: Scene, person: Person) -> dict[str, str]:
    """Which model's answer each preview is, by the entry, with the token that the operator made."""
    token, url = person.run("preview-token", "feed")[1].out.strip(), scene.address() + "/recommend"
    asking = ("curl", "-s", "-m", "5", "-H", "X-User-Id: nobody", "--json", "{}", url)
    assert "preview token" in json.loads(scene.cluster.exec(*asking, "-H", "X-Interleaver-Preview: candidate"))["error"]
    found = {}
    for form in PREVIEWS:
        words = ("-H", f"X-Interleaver-Preview: {form}", "-H", f"Authorization: Bearer {token}")
        found[form] = json.loads(scene.cluster.exec(*asking, *words))["model"]
    return found


def ask_status(person: Person) -> tuple[str, int]:
    """The situation as `kubectl interleaver status -o json` has it, and the code that it exits with."""
    code, said = person.run("status", "feed", "-o", "json")
    found = json.loads(said.out)
    assert found["exitCode"] == code
    return found["situation"], code


def diagnose(person: Person) -> dict[str, str]:
    """What is well, by topic; of what is around the experiment nothing fails. Routers are asked through the API server.
    Of the operator nothing is looked at: tests beside this one restart it."""
    lines = json.loads(person.run("diagnose", "feed", "-o", "json")[1].out)
    about = [line for line in lines if line["topic"] in AROUND]
    assert [line for line in about if line["level"] == "FAIL"] == []
    well = {line["topic"]: line["words"] for line in about if line["level"] == "OK"}
    assert well.keys() == AROUND
    return well


def test_a_run_without_votes_ends_inconclusive_and_is_made_again_until_a_person_ends_it(scene: Scene) -> None:
    analysis = {"minimumRun": "5s", "window": "12s", "margin": "0.02", "plannedVotes": 600}
    start(scene, analysis=analysis)
    scene.await_condition("Concluded", reason="Inconclusive")
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")
    person = Person(scene.cluster, scene.namespace)
    scene.until(lambda: ask_status(person) == ("Inconclusive", 5), "the end of the run")
    assert person.run("retry", "feed", WITHIN)[1].out.endswith(" is made again, from a zero tally\n")
    scene.until(lambda: "run" in scene.status(), "another run")
    run = scene.status()["run"]["id"]
    assert person.run("abort", "feed", "--run", run, WITHIN)[1].out == f"{run} is ended: the champion serves\n"
    scene.until(lambda: ask_status(person) == ("Aborted", 6), "the end of that one")
    assert scene.condition("Concluded")["reason"] == "Aborted"


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
