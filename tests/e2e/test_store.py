"""Several routers that share a real Redis: every vote counts once, whatever befalls a router or the Redis."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import Cluster
from tests.e2e.programs import Program, find_host, find_port, install
from tests.e2e.scene import Scene

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

PASSWORD = "s3same-0pen"
STORE = {"urlSecretRef": {"name": "votes", "key": "url"}}
ENDLESS = {"minimumRun": "10m", "window": "20m", "minimumVotes": 50, "plannedVotes": 600}


class Redis:
    """A Redis that pods reach, which keeps what it knows in a file."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.host, self.port = find_host(cluster), find_port(cluster)
        reach = f"--port {self.port} --bind 0.0.0.0 --requirepass {PASSWORD} --logfile {folder}/redis.log"
        # Each write is on the disk before it is acknowledged: then a kill loses none.
        disk = f"--dir {folder} --appendonly yes --appendfsync always"
        self.program = Program("redis-server", *f"{reach} {disk}".split(), "--save", "")

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@{self.host}:{self.port}/0"

    def ask(self, *words: str) -> str:
        """What a command answers."""
        reach = ("-h", self.host, "-p", str(self.port), "-a", PASSWORD, "--no-auth-warning")
        return self.cluster.exec("redis-cli", *reach, *words).strip()


@pytest.fixture
def redis(installed: Cluster, tmp_path: Path) -> Iterator[Redis]:
    """A running Redis."""
    install("redis-server")
    redis = Redis(installed, tmp_path)
    redis.program.start()
    yield redis
    redis.program.stop()


@pytest.fixture
def sharing(scene: Scene, redis: Redis) -> Scene:
    """A run at its top, over two pods that share the Redis, which would take ten minutes to conclude."""
    give_store(scene, redis)
    scene.apply(replicas=2, store=STORE, analysis={"alpha": "0.05", "margin": "0.1", **ENDLESS})
    scene.until(lambda: find_run(scene).get("percent") == 100 and "steppedAt" in find_run(scene), "the top of the ramp")
    return scene


@pytest.fixture
def voters(sharing: Scene) -> Iterator[Program]:
    """Units that vote until they are stopped."""
    program = Program(sys.executable, "-m", "tests.e2e.voters", f"--url={sharing.address()}")
    program.start()
    yield program
    program.stop()


def give_store(scene: Scene, redis: Redis) -> None:
    scene.kubectl("create", "secret", "generic", "votes", f"--from-literal=url={redis.url}")
    scene.kubectl("label", "secret", "votes", "interleaver.dev/use=store")


def find_run(scene: Scene) -> dict[str, Any]:
    """The run; empty when there is none."""
    found: dict[str, Any] = scene.status().get("run", {})
    return found


def await_votes(scene: Scene, more: int) -> None:
    """Wait until so many more votes are counted."""
    wanted = find_run(scene)["votes"] + more
    scene.until(lambda: find_run(scene)["votes"] >= wanted, f"{wanted} votes")


def assert_exact(scene: Scene, voters: Program) -> None:
    """Every vote that was acknowledged is counted, once."""
    cast = json.loads(voters.stop())
    assert cast["unvoted"] == 0, cast
    tally = {"losses": cast["v1"], "ties": 0, "wins": cast["v2"]}
    scene.until(lambda: find_run(scene)["tally"] == tally, f"the tally {tally}", seconds=20)
    time.sleep(3)  # looks, one a second: nothing is added once all have voted
    run = find_run(scene)
    assert run["tally"] == tally
    assert sum(run["conversions"].values()) == run["votes"]


def pods_of(scene: Scene, revision: str) -> dict[str, str]:
    """Pods of a revision by name, with their uids."""
    label = f"interleaver.dev/revision={revision}"
    pods = json.loads(scene.kubectl("get", "pods", "-l", label, "-o", "json"))["items"]
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in pods}


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

    scene.kubectl("create", "secret", "generic", "votes", f"--from-literal=url={redis.url}")
    scene.apply(replicas=2, store=STORE)
    scene.await_condition("Stalled", reason="SecretNotUsable")
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
    scene.apply(store=STORE, feedback=feedback, traffic=steps, analysis={"alpha": "0.05", "margin": "0.1", **ENDLESS})
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
