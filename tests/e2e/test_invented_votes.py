"""Votes that one client makes up, on a real node: they promote nothing until a person says that they are real."""

import pytest

from tests.e2e.scene import Scene

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


def test_users_whom_one_client_invents_hold_the_run_until_a_person_has_looked(scene: Scene) -> None:
    scene.apply()
    scene.await_condition("Ready")
    with scene.shoppers("inventor"):
        scene.await_condition("AllocationHealthy", "False", "VotesSuspicious")
        scene.until(lambda: scene.status()["run"]["tally"]["wins"] > 300, "twice as many votes as would promote it")
        run = scene.status()["run"]
        assert run.get("hold", "AllocationUnhealthy") == "AllocationUnhealthy", "but for the top, where nothing is held"
        assert "decision" not in scene.status()
        assert "requireToken" in scene.condition("AllocationHealthy")["message"]
        scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/promote={run['id']}")
        scene.await_condition("Concluded", reason="Promote")
