"""Candidates that do not come up, on a real node: the verdict keeps what stood in the way, and the champion serves."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest

from tests.e2e.ballot import ENDLESS
from tests.e2e.scene import Scene, make_model
from tests.e2e.test_bad_input import assert_champion_serves, serve_champion

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

Container = dict[str, Any]


class Kind(NamedTuple):
    """A trouble: what is changed in the container, and what the verdict must say."""

    change: Callable[[Container], object]
    words: tuple[str, ...]  # of which one must be there: back-off and attempt take turns
    advice: str
    reason: str = "CandidateNotReady"
    flags: tuple[str, ...] = ()
    hold_pods: bool = False  # by a quota


def leave(container: Container) -> None:
    """As it is."""


KINDS: Final[dict[str, Kind]] = {
    "a quota": Kind(leave, ("exceeded quota: few",), "Make room in the quota", hold_pods=True),
    "an image that is not there": Kind(
        lambda container: container.update(image="localhost/nowhere:1", imagePullPolicy="Never"),
        ("ErrImageNeverPull: container model",),
        "Mend the image's name",
    ),
    "no node with room": Kind(
        lambda container: container.update(resources={"requests": {"cpu": "1000"}}),
        ("Unschedulable: 0/",),
        "Make room on the nodes",
    ),
    "a crash loop": Kind(
        lambda container: container.update(command=["python3", "-c", "raise SystemExit(5)"]),
        ("exit code 5",),
        "See its logs",
    ),
    "a memory limit": Kind(
        lambda container: container.update(
            command=["python3", "-c", "bytearray(10**9)"], resources={"limits": {"memory": "48Mi"}}
        ),
        ("OOMKilled: container model",),
        "Raise the memory limit",
    ),
    "a readiness that never comes": Kind(
        lambda container: container.update(readinessProbe={"exec": {"command": ["false"]}, "periodSeconds": 1}),
        ("NeverReady: 1 pod(s) run",),
        "see what their readiness probe asks",
    ),
    "ready, then dead": Kind(
        leave, ("exit code 3",), "Look at the candidate's pods", "CandidateUnhealthy", ("--dies-after=15",)
    ),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_the_verdict_keeps_what_stood_in_the_way(scene: Scene, kind: Kind) -> None:
    serve_champion(scene)
    if kind.hold_pods:
        scene.kubectl("create", "quota", "few", "--hard=pods=1")
    candidate = make_model(scene.cluster, "v2", *kind.flags)
    kind.change(candidate["source"]["template"]["spec"]["containers"][0])
    terms = {"progressDeadline": "25s", "rollbackWindow": "5s"}
    scene.apply(candidate=candidate, promotion=terms, analysis=ENDLESS)
    # One that dies again and again is Ready in between, until the kubelet has it wait longer than the deadline: after
    # its third death or its fourth, two minutes after the start.
    scene.until(lambda: "decision" in scene.status(), "the verdict", seconds=200)
    assert_champion_serves(scene)
    status = scene.status()
    decision, past = status["decision"], status["history"][0]
    assert (decision["reason"], past["reason"]) == (kind.reason, kind.reason), decision
    assert any(words in decision["message"] for words in kind.words), decision["message"]
    assert kind.advice in decision["message"]
    assert any(words in past["detail"] for words in kind.words), past
    events = scene.kubectl("get", "events", f"--field-selector=reason={decision['verdict']}", "-o", "json")
    assert any(words in events for words in kind.words), events
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")
