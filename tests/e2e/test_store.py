"""Several routers that share a real Redis: every vote counts once, whatever befalls a router or the Redis."""

import json
import signal
import time
from typing import Any

import pytest

from tests.e2e.ballot import ENDLESS, assert_exact, await_top, await_votes, find_run
from tests.e2e.programs import Program
from tests.e2e.redis import PASSWORD, Redis
from tests.e2e.scene import Scene

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

STORE = {"urlSecretRef": {"name": "votes", "key": "url"}}


@pytest.fixture
def sharing(scene: Scene, redis: Redis) -> Scene:
    """A run at its top, over two pods that share the Redis, which would take ten minutes to conclude."""
    give_store(scene, redis)
    scene.apply(replicas=2, store=STORE, analysis=ENDLESS)
    await_top(scene)
    return scene


def give_store(scene: Scene, redis: Redis) -> None:
    scene.let_operator_use_secrets()
    scene.kubectl("create", "secret", "generic", "votes", *redis.secret)
    scene.kubectl("label", "secret", "votes", "interleaver.dev/use=store")


def pods_of(scene: Scene, revision: str) -> dict[str, str]:
    """Pods of a revision by name, with their uids."""
    label = f"interleaver.dev/revision={revision}"
    pods = json.loads(scene.kubectl("get", "pods", "-l", label, "-o", "json"))["items"]
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in pods}


@pytest.mark.parametrize("redis", ["tls"], indirect=True)
def test_votes_over_two_routers_are_exact_though_one_of_them_is_killed(sharing: Scene, voters: Program) -> None:
    assert sharing.pods() == {"v1": 2, "v2": 2}
    await_votes(sharing, 100)
    victim = next(iter(pods_of(sharing, "v1")))
    sharing.kubectl("delete", "pod", victim, "--grace-period=0", "--force")
    await_votes(sharing, 100)
    sharing.until(lambda: sharing.pods() == {"v1": 2, "v2": 2} and victim not in pods_of(sharing, "v1"), "a new pod")
    await_votes(sharing, 100)
    assert_exact(sharing, voters)
    assert find_run(sharing)["gaps"] == [], "the store was in reach, so nothing is missing"
    assert sharing.condition("AllocationHealthy")["status"] == "True"


def test_a_store_that_is_killed_holds_the_run_and_loses_no_vote(sharing: Scene, voters: Program, redis: Redis) -> None:
    await_votes(sharing, 50)
    since = sharing.condition("Ready")["lastTransitionTime"]
    redis.program.stop(signal.SIGKILL)
    sharing.await_condition("MetricsFresh", "False", "StoreUnreachable")
    time.sleep(3)  # looks: votes wait, and nothing is decided
    assert "decision" not in sharing.status()
    redis.program.start()
    sharing.await_condition("MetricsFresh", "True", "Fresh")
    await_votes(sharing, 50)
    assert_exact(sharing, voters)
    assert sharing.condition("Ready")["lastTransitionTime"] == since
    assert find_run(sharing)["gaps"] == []


def test_a_store_that_is_emptied_is_a_gap_and_what_was_counted_stays(
    sharing: Scene, voters: Program, redis: Redis
) -> None:
    await_votes(sharing, 50)
    assert redis.ask("FLUSHALL") == "OK"
    sharing.until(lambda: [gap["reason"] for gap in find_run(sharing)["gaps"]] == ["StoreLost"], "the gap")
    before = find_run(sharing)["votes"]
    assert before >= 50
    await_votes(sharing, 50)
    assert "StoreLost" in sharing.kubectl("get", "events")
    cast = json.loads(voters.stop())
    assert find_run(sharing)["votes"] <= cast["v1"] + cast["v2"], "nothing counts twice"


def test_a_store_is_given_without_a_restart_and_shown_nowhere(scene: Scene, redis: Redis) -> None:
    scene.apply(replicas=2)
    scene.await_condition("Stalled", reason="StoreRequired")
    scene.await_condition("Ready")
    scene.until(lambda: scene.pods() == {"v1": 2}, "both pods of the champion")
    assert "run" not in scene.status()
    before = pods_of(scene, "v1")

    scene.kubectl("create", "secret", "generic", "votes", *redis.secret)
    scene.apply(replicas=2, store=STORE)
    scene.await_condition("Stalled", reason="SecretNotUsable")
    assert "cannot be read: let the operator get" in scene.condition("Stalled")["message"]
    scene.let_operator_use_secrets()
    scene.until(lambda: "label it" in scene.condition("Stalled").get("message", ""), "the missing label")
    scene.kubectl("label", "secret", "votes", "interleaver.dev/use=store")
    scene.until(lambda: find_run(scene).get("stage") == "Running", "the run")
    assert scene.condition("Stalled") == {}
    scene.await_condition("MetricsFresh", "True", "Fresh")
    assert pods_of(scene, "v1") == before, "no pod was restarted"
    shown = scene.kubectl("get", "ilx,configmaps,deployments,controllerrevisions,pods", "-o", "yaml")
    assert PASSWORD not in shown + scene.explain()

    scene.apply(replicas=2, candidate=None)
    read_copy = ("get", "secret", "feed-store", "-o", "jsonpath={.data}")
    scene.until(lambda: scene.kubectl(*read_copy) in ("", "{}"), "the empty copy")
    assert pods_of(scene, "v1") == before


def test_feedback_by_unit_takes_the_token_of_the_secret(scene: Scene, redis: Redis) -> None:
    give_store(scene, redis)
    scene.kubectl("create", "secret", "generic", "orders", "--from-literal=token=t0ken")
    scene.kubectl("label", "secret", "orders", "interleaver.dev/use=feedback")
    steps = {"steps": [{"percent": 100}]}
    feedback = {"tokenSecretRef": {"name": "orders", "key": "token"}}
    scene.apply(store=STORE, feedback=feedback, traffic=steps, analysis=ENDLESS)
    scene.until(lambda: "steppedAt" in find_run(scene), "the top of the ramp")

    def post(path: str, question: object, *words: str) -> dict[str, Any]:
        body = ("--json", json.dumps(question))
        answer: dict[str, Any] = json.loads(scene.cluster.exec("curl", "-s", *words, *body, scene.address() + path))
        return answer

    item = post("/recommend", {}, "-H", "X-User-Id: u-1")["items"][0]["id"]
    event = {"unit": "u-1", "item": item}
    assert post("/feedback", event) == {"accepted": 0, "ignored": 1}
    assert post("/feedback", event, "-H", "Authorization: Bearer other") == {"accepted": 0, "ignored": 1}
    assert post("/feedback", event, "-H", "Authorization: Bearer t0ken") == {"accepted": 1, "ignored": 0}
    scene.until(lambda: find_run(scene)["votes"] == 1, "the vote")
    assert "t0ken" not in scene.explain()
