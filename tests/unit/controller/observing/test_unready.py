"""What routers that are not ready say is heard: of few pods, seldom, and in words that are safe to quote."""

import json
from typing import Any

import pytest

from interleaver.api import conditions, names
from interleaver.api.manifest import Manifest
from interleaver.controller.observing.unready import (
    AGAIN_SECONDS,
    LONGEST,
    MOST,
    SILENT_SECONDS,
    Heard,
    is_unready,
    read_answer,
)
from tests.unit.controller.fakes import START
from tests.unit.controller.operators import FakeOperator, make_resource

ALONE = "the model listens at http://127.0.0.1:9000 alone, and other pods call it at http://10.244.0.2:9000"


def make_unready(uid: str = "u", hash_: str = "a", created: str = "2026-11-22T10:00:00Z", **router: Any) -> Manifest:
    """A pod whose router runs and is not ready."""
    port = {"name": names.ADMIN_PORT_NAME, "containerPort": 17090}
    status = {"name": names.ROUTER_CONTAINER, "started": True, "ready": False, "state": {"running": {}}} | router
    return {
        "metadata": {"name": uid, "uid": uid, "labels": {names.LABEL_HASH: hash_}, "creationTimestamp": created},
        "spec": {"initContainers": [{"name": names.ROUTER_CONTAINER, "ports": [port]}]},
        "status": {"podIP": "10.244.0.2", "initContainerStatuses": [status]},
    }


def change(pod: Manifest, *, metadata: dict[str, Any] | None = None, **status: Any) -> Manifest:
    return pod | {"metadata": pod["metadata"] | (metadata or {}), "status": pod["status"] | status}


NOT_ASKED: dict[str, Manifest] = {
    "it is Ready": change(make_unready(), conditions=[{"type": "Ready", "status": "True"}]),
    "its router is ready": make_unready(ready=True),
    "its router has not started": make_unready(started=False),
    "it is being terminated": change(make_unready(), metadata={"deletionTimestamp": "2026-11-22T10:00:00Z"}),
    "it is over": change(make_unready(), phase="Failed"),
    "it has no address": change(make_unready(), podIP=None),
    "the kubelet says nothing of it": change(make_unready(), initContainerStatuses=[]),
    "it is no pod of ours": change(make_unready(), metadata={"labels": {}}),
}


@pytest.mark.parametrize("pod", NOT_ASKED.values(), ids=NOT_ASKED.keys())
def test_a_pod_is_not_asked_when(pod: Manifest) -> None:
    assert not is_unready(pod, START)


def test_the_newest_pod_of_each_revision_is_asked() -> None:
    old, new = make_unready("old"), make_unready("new", created="2026-11-22T11:00:00Z")
    pods = [new, old, make_unready("other", "b")]
    assert set(Heard().list_due(pods, START, 0.0)) == {"new", "other"}


def test_however_many_there_are_few_are_asked_at_one_visit() -> None:
    pods = [make_unready(f"u{number}", f"h{number}") for number in range(50)]
    assert len(Heard().list_due(pods, START, 0.0)) == MOST


def test_an_address_of_ipv6_is_bracketed() -> None:
    pod = change(make_unready(), podIP="fd00::7")
    assert Heard().list_due([pod], START, 0.0) == {"u": "http://[fd00::7]:17090/readyz"}


@pytest.mark.parametrize(("answer", "pause"), [(json.dumps({"error": "w"}), AGAIN_SECONDS), (None, SILENT_SECONDS)])
def test_who_does_not_answer_is_asked_more_seldom(answer: str | None, pause: float) -> None:
    heard = Heard()
    heard.note({"u": answer}, 100.0)
    assert heard.list_due([make_unready()], START, 100.0 + pause - 0.1) == {}
    assert set(heard.list_due([make_unready()], START, 100.0 + pause)) == {"u"}


def test_what_was_said_is_kept_until_it_is_asked_again_and_answers_no_more() -> None:
    heard = Heard()
    heard.note({"u": json.dumps({"error": "words", "reason": names.MODEL_UNREACHABLE})}, 0.0)
    heard.keep_only([make_unready()])
    assert heard.words == {"u": "ModelUnreachable: words"}
    heard.note({"u": None}, 3.0)
    assert heard.words == {}


@pytest.mark.parametrize("pods", [[], [NOT_ASKED["it is Ready"]], [NOT_ASKED["its router is ready"]]])
def test_pods_that_are_gone_or_whose_router_is_ready_are_forgotten(pods: list[Manifest]) -> None:
    heard = Heard()
    heard.note({"u": json.dumps({"error": "words"})}, 0.0)
    heard.keep_only(pods)
    assert (heard.words, heard.due) == ({}, {})


ANSWERS: dict[str, tuple[str, str | None]] = {
    "a reason that is known": ('{"error": "w", "reason": "ModelOnLoopback"}', "ModelOnLoopback: w"),
    "a router of an older version": ('{"error": "w"}', "RouterNotReady: w"),
    "a reason that somebody made up": ('{"error": "w", "reason": "Evil: x"}', "RouterNotReady: w"),
    "more than one line": ('{"error": "a\\n\\u001bb"}', "RouterNotReady: a  b"),
    "words without end": (json.dumps({"error": "x" * 4000}), "RouterNotReady: " + "x" * LONGEST),
    "no JSON": ("<html>", None),
    "another document": ("[1]", None),
}


@pytest.mark.parametrize(("text", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_quoted_of(text: str, expected: str | None) -> None:
    assert read_answer(text) == expected


def be_unready(operator: FakeOperator, revision: str, error: str, reason: str) -> Manifest:
    """The pod of a revision is there, and its router does not get ready."""
    pods = operator.cluster.of_kind("Pod")
    (pod,) = [pod for pod in pods if pod["metadata"]["labels"][names.LABEL_REVISION] == revision]
    pod["status"] |= make_unready()["status"] | {"conditions": [{"type": "Ready", "status": "False"}]}
    operator.unready.answers[pod["metadata"]["uid"]] = json.dumps({"error": error, "reason": reason})
    return pod


def say(operator: FakeOperator, kind: str) -> tuple[str, str, str]:
    found = {each["type"]: each for each in operator.status["conditions"]}.get(kind, {})
    return found.get("status", ""), found.get("reason", ""), found.get("message", "")


def start(**spec: Any) -> FakeOperator:
    operator = FakeOperator()
    operator.cluster.put(make_resource(**spec))
    while not operator.cluster.of_kind("Pod"):
        operator.live_on(1)
    return operator


def test_a_first_champion_that_nobody_reaches_is_told_by_name_and_address_before_anybody_is_sent_there() -> None:
    operator = start(candidate=None)
    be_unready(operator, "v41", ALONE, names.MODEL_ON_LOOPBACK)
    operator.visit()
    assert say(operator, conditions.READY) == ("False", "ModelOnLoopback", f"v41 has no Ready pod: {ALONE}")
    assert say(operator, conditions.STALLED) == ("True", "ModelOnLoopback", f"v41: {ALONE}")
    assert "serving" not in operator.status


def test_a_model_that_still_starts_is_told_and_needs_no_person() -> None:
    operator = start(candidate=None)
    words = "nothing answers at http://127.0.0.1:9000 (connection refused) yet"
    pod = be_unready(operator, "v41", words, names.MODEL_UNREACHABLE)
    operator.visit()
    assert say(operator, conditions.READY)[1:] == ("ModelUnreachable", f"v41 has no Ready pod: {words}")
    assert say(operator, conditions.STALLED) == ("", "", "")
    pod["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    operator.live_on(3)
    assert say(operator, conditions.READY)[:2] == ("True", "Serving")


def test_a_candidate_that_nobody_reaches_is_told_gets_no_request_and_the_verdict_keeps_the_words() -> None:
    operator = start()
    while len(operator.cluster.of_kind("Pod")) < 2:
        operator.live_on(1)
    be_unready(operator, "v42", ALONE, names.MODEL_ON_LOOPBACK)
    operator.visit()
    assert say(operator, conditions.CANDIDATE_READY) == (
        "False",
        "ModelOnLoopback",
        f"0 of 1 pod(s) of v42 are Ready: {ALONE}",
    )
    assert say(operator, conditions.STALLED)[1:] == ("ModelOnLoopback", f"v42: {ALONE}")
    assert say(operator, conditions.READY)[:2] == ("True", "Serving")
    assert operator.status["run"]["percent"] == 0
    operator.cluster.clock.pass_by(601)
    operator.visit()
    decision = operator.status["decision"]
    assert (decision["verdict"], decision["reason"]) == ("Aborted", "CandidateNotReady")
    assert ALONE in decision["message"]
    assert len(operator.unready.asked) == 2, "no oftener than its words may change"
    assert operator.unready.namespaces == {"shop"}, "tenants take turns at being asked"
