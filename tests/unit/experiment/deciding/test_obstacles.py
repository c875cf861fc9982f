"""A candidate that does not come up: verdict, history and events keep what stood in its way, with the fix."""

import pytest

from interleaver.api import conditions
from tests.builders import World, make_running_world

DEADLINE = 600
QUOTA = (
    'FailedCreate: pods "feed-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1'
)

CASES: dict[str, tuple[str, str]] = {
    "a quota": (QUOTA, "Make room in the quota, or let the policy admit its pods, then annotate interleaver.dev/retry"),
    "an image that is not there": (
        "ErrImagePull: container model: not found",
        "Mend the image's name, or what pulling it takes, and give it a new revision name",
    ),
    "an image that is pulled again": (
        "ImagePullBackOff: container model: Back-off pulling image",
        "Mend the image's name, or what pulling it takes",
    ),
    "no node with room": ("Unschedulable: 0/3 nodes are available", "Make room on the nodes, then annotate"),
    "a crash loop": (
        "CrashLoopBackOff: container model: back-off 40s; exit code 1",
        "See its logs, mend the image or the candidate's template, and give it a new revision name",
    ),
    "a memory limit": (
        "OOMKilled: container model: back-off 40s; exit code 137",
        "Raise the memory limit of the container in the candidate's template, and give it a new revision name",
    ),
    "ready, then dead": (
        "Error: container model was restarted: exit code 3",
        "See its logs, mend the image or the candidate's template",
    ),
    "a node that is gone": (
        "NodeUnreachable: its containers were Ready, and then node n-1 was not heard of any more",
        "See to the node, then annotate interleaver.dev/retry with the run's id to try v42 again",
    ),
    "something that nobody has met yet": (
        "CreateContainerConfigError: secret not found",
        "Mend the candidate's template and give it a new revision name",
    ),
}


def make_preparing(trouble: str | None) -> World:
    world = World(broken={"v42"}, trouble=trouble)
    world.settle(8)
    assert world.run.stage == "Preparing"
    return world


def assert_told(world: World, reason: str, words: str, advice: str) -> None:
    decision, past = world.status.decision, world.status.history[0]
    assert decision is not None
    assert (decision.reason, past.reason) == (reason, reason)
    assert words in decision.message
    assert advice in decision.message
    assert words in (past.detail or "")
    assert any(words in said.message for said in world.announced if said.reason == decision.verdict)
    assert world.condition(conditions.READY).status == "True", "the champion is untouched"
    world.settle(4)
    assert world.revisions() == {"v41": 1}


@pytest.mark.parametrize(("trouble", "advice"), CASES.values(), ids=CASES.keys())
def test_an_abort_keeps_what_stood_in_the_way(trouble: str, advice: str) -> None:
    world = make_preparing(trouble)
    world.step(DEADLINE + 1)
    assert_told(world, "CandidateNotReady", trouble, advice)


@pytest.mark.parametrize(("trouble", "advice"), CASES.values(), ids=CASES.keys())
def test_it_is_kept_though_nothing_is_said_at_the_deadline(trouble: str, advice: str) -> None:
    world = make_preparing(trouble)
    world.trouble = None  # between two attempts of a controller, for example
    world.step(DEADLINE + 1)
    assert_told(world, "CandidateNotReady", trouble, advice)


def test_what_a_router_said_while_the_model_started_is_over_once_it_is_silent() -> None:
    world = make_preparing("ModelUnreachable: nothing answers yet: the model starts")
    world.trouble = None
    world.step(DEADLINE + 1)
    assert world.status.decision is not None
    assert "NeverReady: 1 pod(s) run" in world.status.decision.message


def test_the_newest_trouble_is_the_one_that_is_kept() -> None:
    world = make_preparing(QUOTA)
    world.trouble = "ErrImagePull: container model: not found"
    world.step()
    world.trouble = None
    world.step(DEADLINE + 1)
    assert world.status.decision is not None
    assert "not found" in world.status.decision.message
    assert "quota" not in world.status.decision.message


def test_an_object_that_a_quota_denies_is_told_as_well() -> None:
    world = make_preparing(None)
    assert world.status.run is not None
    name = f"feed-{world.run.plan.candidate.hash}"
    words = f"the API server denied Deployment {name}: exceeded quota: none. Change the quota or the policy"
    world.denied = ("the API server denied Service other: exceeded quota", words)
    world.step(DEADLINE + 1)
    assert_told(world, "CandidateNotReady", f"Denied: {words}", "Make room in the quota")


def test_pods_that_never_get_ready_and_say_nothing_are_told_by_their_probe() -> None:
    world = make_preparing(None)
    world.step(DEADLINE + 1)
    words = "NeverReady: 1 pod(s) run, and their readiness probes do not succeed"
    assert_told(world, "CandidateNotReady", words, "see what their readiness probe asks and what the model answers")


@pytest.mark.parametrize("trouble", [trouble for trouble, _ in CASES.values()], ids=CASES.keys())
def test_a_candidate_that_breaks_in_mid_run_keeps_its_reason_too(trouble: str) -> None:
    world = make_running_world()
    world.trouble = trouble
    world.broken.add("v42")
    world.step()
    world.trouble = None
    world.step(DEADLINE + 1)
    words = f"fewer than half of the pods of v42 were Ready for 10m ({trouble})"
    assert_told(world, "CandidateUnhealthy", words, "Look at the candidate's pods")


def test_a_trouble_that_is_over_is_forgotten() -> None:
    world = make_running_world()
    world.broken.add("v42")
    world.step()
    assert world.run.trouble is not None
    world.broken.clear()
    world.step()
    assert world.run.trouble is None


def test_a_trouble_of_any_length_is_kept_as_far_as_there_is_room() -> None:
    world = make_preparing("FailedCreate: " + "x" * 5000)
    world.step(DEADLINE + 1)
    assert world.status.decision is not None
    assert len(world.status.decision.message) <= 1024
