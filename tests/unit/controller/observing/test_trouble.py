"""Why pods do not get Ready, from documents as a real kubelet and Deployment controller wrote them."""

from typing import Any

import msgspec
import pytest

from interleaver.controller.cluster.pod_answers import read_pods
from interleaver.controller.observing.trouble import LONGEST, trouble


def make_pod(created: str = "2026-11-22T10:00:00Z", **status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p", "creationTimestamp": created}, "spec": {"nodeName": "n-1"}, "status": status}


def waiting(reason: str, message: str = "words", **more: Any) -> dict[str, Any]:
    state = {"waiting": {"reason": reason, "message": message}}
    return {"containerStatuses": [{"name": "model", "ready": False, "state": state, **more}]}


CASES: dict[str, tuple[dict[str, Any], str | None]] = {
    "the image cannot be pulled": (
        waiting("ImagePullBackOff", 'Back-off pulling image "m"'),
        'ImagePullBackOff: container model: Back-off pulling image "m"',
    ),
    "the image's name is wrong": (waiting("ErrImagePull"), "ErrImagePull: container model: words"),
    "a Secret is missing": (
        waiting("CreateContainerConfigError", 'secret "x" not found'),
        'CreateContainerConfigError: container model: secret "x" not found',
    ),
    "it crashes again and again": (
        waiting("CrashLoopBackOff", "back-off 10s", lastState={"terminated": {"exitCode": 3, "reason": "Error"}}),
        "CrashLoopBackOff: container model: back-off 10s; exit code 3",
    ),
    "it has just crashed": (
        {"containerStatuses": [{"name": "model", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}]},
        "Error: container model: exit code 1",
    ),
    "it was restarted and is not Ready again": (
        {
            "containerStatuses": [
                {
                    "name": "model",
                    "ready": False,
                    "state": {"running": {}},
                    "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}},
                }
            ]
        },
        "OOMKilled: container model was restarted: exit code 137",
    ),
    "it met its memory limit again and again": (
        waiting("CrashLoopBackOff", "back-off 10s", lastState={"terminated": {"exitCode": 137, "reason": "OOMKilled"}}),
        "OOMKilled: container model: back-off 10s; exit code 137",
    ),
    "it ends without an error, and is restarted": (
        {
            "containerStatuses": [
                {
                    "name": "model",
                    "ready": False,
                    "state": {"running": {}},
                    "lastState": {"terminated": {"exitCode": 0, "reason": "Completed"}},
                }
            ]
        },
        "Completed: container model was restarted: exit code 0",
    ),
    "its node fell silent": (
        {
            "conditions": [{"type": "ContainersReady", "status": "True"}, {"type": "Ready", "status": "False"}],
            "containerStatuses": [{"name": "model", "ready": True, "state": {"running": {}}}],
        },
        "NodeUnreachable: its containers were Ready, and then node n-1 was not heard of any more",
    ),
    "a gate of somebody else's is closed": (
        {
            "conditions": [
                {"type": "ContainersReady", "status": "True"},
                {"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady"},
            ],
        },
        None,
    ),
    "the router cannot start": (
        {
            "initContainerStatuses": [
                {"name": "interleaver-router", "state": {"waiting": {"reason": "ErrImageNeverPull", "message": "no"}}}
            ]
        },
        "ErrImageNeverPull: container interleaver-router: no",
    ),
    "a container listens on the router's port": (
        {
            "initContainerStatuses": [
                {
                    "name": "interleaver-router",
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}},
                    "lastState": {
                        "terminated": {"exitCode": 1, "message": "another process has port 17080 (address …)"}
                    },
                }
            ]
        },
        "PortConflict: container interleaver-router could not start, for another process has port 17080 (address …): a "
        "container of the template listens there without declaring it: give one of them another port (spec.router has "
        "the router's)",
    ),
    "no node has room": (
        {
            "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
            ]
        },
        "Unschedulable: 0/1 nodes",
    ),
    "it is being created": (waiting("ContainerCreating"), None),
    "its init containers run": (waiting("PodInitializing"), None),
    "it runs and is not Ready yet": (
        {"containerStatuses": [{"name": "model", "ready": False, "state": {"running": {}}}]},
        None,
    ),
    "an init container has done its work": (
        {"initContainerStatuses": [{"name": "setup", "state": {"terminated": {"exitCode": 0}}}]},
        None,
    ),
}


@pytest.mark.parametrize(("status", "expected"), CASES.values(), ids=CASES.keys())
def test_what_is_said_when(status: dict[str, Any], expected: str | None) -> None:
    assert trouble(None, [make_pod(**status)]) == expected


def test_a_deployment_that_may_not_make_pods_says_so() -> None:
    message = 'pods "x" is forbidden: violates PodSecurity "restricted:latest"'
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    assert trouble({"status": {"conditions": [failure]}}, []) == f"FailedCreate: {message}"


def test_a_ready_pod_an_ending_one_and_one_that_is_over_are_no_trouble() -> None:
    bad = waiting("CrashLoopBackOff")
    ready = make_pod(conditions=[{"type": "Ready", "status": "True"}], **bad)
    ending = make_pod(**bad)
    ending["metadata"]["deletionTimestamp"] = "2026-11-22T10:00:00Z"
    over = make_pod(phase="Failed", **bad)
    assert trouble(None, [ready, ending, over]) is None


def test_the_newest_pod_is_the_one_that_tells() -> None:
    old = make_pod("2026-11-22T09:00:00Z", **waiting("CrashLoopBackOff"))
    new = make_pod("2026-11-22T10:00:00Z", **waiting("ErrImagePull"))
    found = trouble(None, [old, new])
    assert found is not None
    assert found.startswith("ErrImagePull")


@pytest.mark.parametrize(
    ("status", "expected"), [({}, "ModelUnreachable: nobody there"), (waiting("CrashLoopBackOff"), "CrashLoopBackOff")]
)
def test_a_router_tells_of_a_pod_of_which_the_kubelet_has_nothing_to_say(status: dict[str, Any], expected: str) -> None:
    pod = make_pod(**status)
    pod["metadata"]["uid"] = "u"
    found = trouble(None, [pod], {"u": "ModelUnreachable: nobody there", "other": "ModelOnLoopback: x"})
    assert found is not None
    assert found.startswith(expected)


def test_the_words_are_bounded() -> None:
    found = trouble(None, [make_pod(**waiting("ErrImagePull", "x" * 10_000))])
    assert found is not None
    assert len(found) == LONGEST


@pytest.mark.parametrize("case", CASES)
def test_what_is_read_of_a_pod_in_a_list_tells_its_trouble_as_well(case: str) -> None:
    status, expected = CASES[case]
    (pod,), _ = read_pods(msgspec.json.encode({"items": [make_pod(**status)], "metadata": {}}))
    assert trouble(None, [pod]) == expected
