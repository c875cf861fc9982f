"""A candidate that the routers leave alone is rolled back when that lasts, though few requests come."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from interleaver.api.fields import timestamp
from interleaver.experiment.deciding.breakers import PATIENCE
from tests.e2e.ballot import ENDLESS, await_top, find_run
from tests.e2e.scene import Scene, make_model

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


def ask(scene: Scene, unit: str) -> None:
    """One request, which the champion answers whatever the candidate does."""
    words = ("-H", f"X-User-Id: {unit}", "--json", "{}", scene.address() + "/recommend")
    assert json.loads(scene.cluster.exec("curl", "-sf", "-m", "5", *words))["model"] == "v1"


def date_back(scene: Scene, minutes: int) -> None:
    """Have the breakers be open for longer than they are: the status is all that the operator remembers."""
    since = timestamp(datetime.now(UTC) - timedelta(minutes=minutes))
    patch = json.dumps({"status": {"run": {"breakerOpenSince": since}}})
    scene.kubectl("patch", "ilx", "feed", "--subresource=status", "--type=merge", f"--patch={patch}")


def test_a_candidate_that_is_left_alone_for_five_minutes_is_rolled_back(scene: Scene) -> None:
    assert PATIENCE == "5m"
    candidate = make_model(scene.cluster, "v2", "--failing")
    scene.apply(candidate=candidate, analysis=ENDLESS, traffic={"steps": [{"percent": 100}]})
    await_top(scene)
    for number in range(6):
        ask(scene, f"u-{number}")
    scene.until(lambda: "breakerOpenSince" in find_run(scene), "the open breaker")
    date_back(scene, minutes=4)
    ask(scene, "early")
    time.sleep(3)  # looks, one a second
    assert "decision" not in scene.status()

    date_back(scene, minutes=6)
    ask(scene, "late")
    scene.await_condition("Concluded", reason="Rollback")
    decision = scene.status()["decision"]
    assert decision["reason"] == "CandidateUnhealthy"
    assert "most routers had their breaker open for 5m" in decision["message"]
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")
