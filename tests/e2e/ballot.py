"""What a run has counted of the votes that were cast, for tests whose votes must be exact."""

import json
import time
from typing import Any, Final

from tests.e2e.programs import Program
from tests.e2e.scene import Scene

# An analysis that would take ten minutes to conclude.
ENDLESS: Final = {
    "alpha": "0.05",
    "margin": "0.1",
    "minimumRun": "10m",
    "window": "20m",
    "minimumVotes": 50,
    "plannedVotes": 600,
}


def find_run(scene: Scene) -> dict[str, Any]:
    """The run; empty when there is none."""
    found: dict[str, Any] = scene.status().get("run", {})
    return found


def await_votes(scene: Scene, more: int) -> None:
    """Wait until so many more votes are counted."""
    wanted = find_run(scene)["votes"] + more
    scene.until(lambda: find_run(scene)["votes"] >= wanted, f"{wanted} votes")


def assert_exact(scene: Scene, voters: Program) -> dict[str, int]:
    """Every vote that was acknowledged is counted, once. Returns what the voters say of themselves."""
    cast: dict[str, int] = json.loads(voters.stop())
    assert cast["unvoted"] == 0, cast
    tally = {"losses": cast["v1"], "ties": 0, "wins": cast["v2"]}
    scene.until(lambda: find_run(scene)["tally"] == tally, f"the tally {tally}", seconds=20)
    time.sleep(3)  # looks, one a second: nothing is added once all have voted
    run = find_run(scene)
    assert run["tally"] == tally
    assert sum(run["conversions"].values()) == run["votes"]
    return cast


def await_top(scene: Scene) -> None:
    """Wait until the run is at the top of its ramp."""
    scene.until(
        lambda: find_run(scene).get("percent") == 100 and "steppedAt" in find_run(scene), "the top of the ramp", 150
    )
