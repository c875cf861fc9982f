"""The status and scale subresources: what the operator writes, and what it may not break."""

import json
from typing import Any

import pytest

from interleaver.api.counted import Flow
from tests.integration.documents import change, load
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster


@pytest.fixture
def home_feed(kubectl: Kubectl) -> Kubectl:
    """A namespace with the minimal example in it."""
    assert kubectl.apply(change(load(), "spec.replicas", 3)).ok
    return kubectl


NOT_SEEN = {"observedGeneration": -1}  # that of nobody, so that GitOps tools wait for the operator


@pytest.mark.parametrize("given", [{}, {"status": {"replicas": 7}}, {"status": {"observedGeneration": 1}}])
def test_an_applied_document_has_been_seen_by_nobody_whatever_status_is_in_it(
    kubectl: Kubectl, given: dict[str, object]
) -> None:
    assert kubectl.apply(load() | given).ok
    assert kubectl.experiment()["status"] == NOT_SEEN


def test_a_status_that_is_wiped_has_been_seen_by_nobody(home_feed: Kubectl) -> None:
    home_feed.patch_status("home-feed", {"replicas": 2, "observedGeneration": 1})
    wipe = ("--subresource=status", "--type=merge", '--patch={"status":null}')
    home_feed.do("patch", home_feed.experiments, "home-feed", *wipe)
    assert home_feed.experiment()["status"] == NOT_SEEN


def test_a_generation_below_that_is_refused(home_feed: Kubectl) -> None:
    result = home_feed.patch_status("home-feed", {"observedGeneration": -2})
    assert not result.ok
    assert "greater than or equal to -1" in result.err


def test_a_status_patch_leaves_spec_and_generation_alone(home_feed: Kubectl) -> None:
    before = home_feed.experiment()
    home_feed.patch_status("home-feed", {"replicas": 2, "observedGeneration": 1})
    after = home_feed.experiment()
    assert after["status"] == {"replicas": 2, "observedGeneration": 1}
    assert (after["spec"], after["metadata"]["generation"]) == (before["spec"], before["metadata"]["generation"])


def test_the_api_server_adds_nothing_to_a_status(home_feed: Kubectl) -> None:
    home_feed.patch_status("home-feed", {"conditions": []})
    assert home_feed.experiment()["status"] == NOT_SEEN | {"conditions": []}


def test_a_stale_writer_is_refused(home_feed: Kubectl) -> None:
    decided_on = home_feed.experiment()["metadata"]["resourceVersion"]
    assert home_feed.patch_status("home-feed", {"replicas": 2}, resourceVersion=decided_on).ok
    late = home_feed.patch_status("home-feed", {"replicas": 9}, resourceVersion=decided_on)
    assert not late.ok
    assert "Conflict" in late.err
    assert home_feed.experiment()["status"]["replicas"] == 2


def test_a_ledger_and_a_plan_keep_what_the_schema_does_not_know(home_feed: Kubectl) -> None:
    run = {"id": "r", "planHash": "h", "plan": {"a": {"b": 1}}, "stage": "Running", "startedAt": "t"}
    home_feed.patch_status("home-feed", {"run": run | {"ledger": {"live": {"pod-1": [1, 2, 3]}}}})
    stored = home_feed.experiment()["status"]["run"]
    assert (stored["plan"], stored["ledger"]) == ({"a": {"b": 1}}, {"live": {"pod-1": [1, 2, 3]}})


def test_what_tells_why_no_votes_come_is_stored_as_it_is_written(home_feed: Kubectl) -> None:
    run = {"id": "r", "planHash": "h", "plan": {}, "stage": "Running", "startedAt": "t"}
    flow = Flow(since="t", whole={"unitless.header-missing": 3}, routers="0a1b", heavy={"undefined": 60}, blind=True)
    assert home_feed.patch_status("home-feed", {"run": run | {"flow": flow.to_dict()}}).ok
    assert Flow.model_validate(home_feed.experiment()["status"]["run"]["flow"]) == flow
    assert home_feed.patch_status("home-feed", {"run": run | {"flow": Flow(since="t").to_dict()}}).ok


def test_an_unheard_of_stage_is_refused(home_feed: Kubectl) -> None:
    run = {"id": "r", "planHash": "h", "plan": {}, "stage": "Dreaming", "startedAt": "t"}
    result = home_feed.patch_status("home-feed", {"run": run})
    assert not result.ok
    assert "Unsupported value" in result.err


def test_two_conditions_of_one_type_are_refused(home_feed: Kubectl) -> None:
    ready = {"type": "Ready", "status": "True", "reason": "Serving", "lastTransitionTime": "2026-11-22T10:00:00Z"}
    result = home_feed.patch_status("home-feed", {"conditions": [ready, ready]})
    assert not result.ok
    assert "Duplicate value" in result.err


def test_the_scale_subresource_shows_replicas_and_selector(home_feed: Kubectl) -> None:
    home_feed.patch_status("home-feed", {"replicas": 3, "selector": "interleaver.dev/experiment=home-feed"})
    scale = home_feed.get(home_feed.experiments, "home-feed", "--subresource=scale")
    assert scale["kind"] == "Scale"
    assert scale["spec"]["replicas"] == 3
    assert scale["status"] == {"replicas": 3, "selector": "interleaver.dev/experiment=home-feed"}


def test_scaling_changes_spec_replicas(home_feed: Kubectl) -> None:
    home_feed.do("scale", f"{home_feed.experiments}/home-feed", "--replicas=5")
    assert home_feed.experiment()["spec"]["replicas"] == 5


def test_a_scale_can_be_read_before_the_operator_has_ever_written(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    scale = kubectl.get(kubectl.experiments, "home-feed", "--subresource=scale")
    assert (scale["spec"]["replicas"], scale["status"]["replicas"]) == (1, 0)


def test_a_document_without_replicas_keeps_what_was_scaled(kubectl: Kubectl) -> None:
    kubectl.apply(load(), "--server-side")
    kubectl.do("scale", f"{kubectl.experiments}/home-feed", "--replicas=5")
    kubectl.apply(load(), "--server-side")
    assert kubectl.experiment()["spec"]["replicas"] == 5


def test_what_an_experiment_owns_goes_with_it(home_feed: Kubectl) -> None:
    experiment = home_feed.experiment()
    owner = {"apiVersion": experiment["apiVersion"], "kind": experiment["kind"], "controller": True}
    owner |= {"name": "home-feed", "uid": experiment["metadata"]["uid"]}
    for name, owners in (("owned", [owner]), ("foreign", [])):
        home_feed.apply(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "ownerReferences": owners}}
        )
    home_feed.do("delete", home_feed.experiments, "home-feed", "--wait=true", "--timeout=20s")
    home_feed.do("wait", "configmap/owned", "--for=delete", "--timeout=30s")
    assert home_feed.run("get", "configmap", "foreign").ok


@pytest.mark.parametrize(
    ("replicas", "words"),
    [
        ("0", "spec.replicas in body should be greater than or equal to 1"),
        ("1001", "spec.replicas in body should be less than or equal to 1000"),
    ],
)
def test_a_size_out_of_bounds_is_refused_in_words_that_an_autoscaler_shows(
    home_feed: Kubectl, replicas: str, words: str
) -> None:
    result = home_feed.run("scale", f"{home_feed.experiments}/home-feed", f"--replicas={replicas}")
    assert not result.ok
    assert words in result.err
    assert home_feed.experiment()["spec"]["replicas"] == 3


def test_a_size_given_up_in_git_falls_back_to_one_unless_it_was_scaled_or_is_forgotten_first(kubectl: Kubectl) -> None:
    """What docs/how-to/run-under-an-autoscaler.md says of both ways to apply."""
    given, free = change(load(), "spec.replicas", 3), load()

    def apply(document: dict[str, Any], *flags: str) -> int:
        assert kubectl.apply(document, *flags).ok
        return int(kubectl.experiment()["spec"]["replicas"])

    def forget() -> None:
        document = free | {"apiVersion": f"{kubectl.group}/v1alpha1"}
        assert kubectl.run("apply", "set-last-applied", "--filename=-", stdin=json.dumps(document)).ok

    assert (apply(given), apply(free)) == (3, 1), "client-side apply takes away what it gave"
    assert apply(given) == 3
    forget()
    assert apply(free) == 3
    kubectl.do("delete", kubectl.experiments, "home-feed")
    assert (apply(given, "--server-side"), apply(free, "--server-side")) == (3, 1), "and so does server-side apply"
    assert apply(given, "--server-side") == 3
    kubectl.do("scale", f"{kubectl.experiments}/home-feed", "--replicas=4")
    assert apply(free, "--server-side") == 4
