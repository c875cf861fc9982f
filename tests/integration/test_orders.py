"""What people order in mid-run, on a real API server: the run ends with the reason, and what serves is as ordered."""

import json
from typing import Any

import pytest

from tests.integration.documents import change
from tests.integration.test_controller_program import Stage, stage, until
from tests.integration.trial import (
    find_run,
    find_serving,
    find_verdict,
    list_pods,
    make_trial,
    rename,
    start_run,
    tend,
)

__all__ = ["stage"]

pytestmark = pytest.mark.cluster


def await_verdict(stage: Stage, reason: str) -> None:
    until(lambda: find_verdict(stage) == ("Aborted", reason), f"Aborted/{reason}", stage.tell)


def add_variable(document: dict[str, Any], role: str) -> dict[str, Any]:
    """The same experiment with a changed template under the same name of the revision."""
    changed = change(document, "metadata.name", document["metadata"]["name"])
    container = changed["spec"][role]["source"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "THREADS", "value": "8"}]
    return changed


def test_another_champion_in_mid_run_ends_the_run_and_serves_once_it_is_ready(stage: Stage) -> None:
    document = make_trial()
    start_run(stage, document)
    champion = list_pods(stage, "v41")
    stage.apply(rename(document, "champion", "v50"))
    await_verdict(stage, "ChampionChanged")
    assert find_serving(stage) == "v41", "the new one is not Ready yet"
    until(lambda: list_pods(stage, "v50"), "the new champion's pods", stage.tell)
    assert list_pods(stage, "v41") == champion
    until(lambda: tend(stage) and find_serving(stage) == "v50", "the new champion", stage.tell)
    assert stage.experiment()["status"]["serving"]["origin"] == "Seed"


def test_a_champion_that_is_pinned_in_mid_run_ends_the_run_and_tries_nobody(stage: Stage) -> None:
    document = make_trial()
    start_run(stage, document)
    stage.apply(change(document, "spec.champion.pinned", True))
    await_verdict(stage, "ChampionPinned")
    assert find_serving(stage) == "v41"
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready")


def test_a_pinned_champion_keeps_serving_beside_a_new_candidate_which_is_told_to_wait(stage: Stage) -> None:
    document = change(make_trial(), "spec.champion.pinned", True)
    stage.apply(document)
    stage.start()
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the champion", stage.tell)
    until(lambda: stage.condition("Stalled").get("reason") == "ChampionPinned", "ChampionPinned", stage.tell)
    assert "remove pinned, or spec.candidate" in stage.condition("Stalled")["message"]
    assert list_pods(stage, "v42") == set()
    stage.apply(change(document, "spec.champion.pinned", None))
    until(lambda: tend(stage) and find_run(stage), "the run of the unpinned champion", stage.tell)


def test_a_candidate_that_is_removed_ends_its_run_and_the_champion_serves_on(stage: Stage) -> None:
    document = make_trial()
    start_run(stage, document)
    champion = list_pods(stage, "v41")
    stage.apply(change(document, "spec.candidate", None))
    await_verdict(stage, "CandidateRemoved")
    assert (find_serving(stage), list_pods(stage, "v41")) == ("v41", champion)
    assert stage.condition("Ready")["status"] == "True"


def test_a_candidate_that_is_replaced_by_a_third_ends_its_run_and_the_third_has_the_next(stage: Stage) -> None:
    document = make_trial()
    first = start_run(stage, document)
    stage.apply(rename(document, "candidate", "v43"))
    until(lambda: stage.experiment()["status"]["history"], "a verdict", stage.tell)
    past = stage.experiment()["status"]["history"][0]
    assert (past["runId"], past["verdict"], past["reason"]) == (first, "Aborted", "CandidateReplaced")
    abandon(stage)
    until(lambda: tend(stage) and find_run(stage).get("stage") == "Running", "the next run", stage.tell)
    assert find_run(stage)["plan"]["candidate"]["revision"] == "v43"
    assert find_serving(stage) == "v41"


def abandon(stage: Stage) -> None:
    """Wait until the loser is gone. Its routers cannot be read here, so that takes the minute which they are given."""
    for _ in range(2):
        try:
            until(lambda: not list_pods(stage, "v42"), "the end of the loser's pods")
        except AssertionError:
            continue
        return
    raise AssertionError(f"the loser is still there\n{stage.tell()}")


@pytest.mark.parametrize("role", ["champion", "candidate"])
def test_a_template_that_changes_under_a_name_in_use_restarts_nothing_and_is_told(stage: Stage, role: str) -> None:
    document = make_trial()
    run = start_run(stage, document)
    before = list_pods(stage, "v41"), list_pods(stage, "v42")
    stage.apply(add_variable(document, role))
    until(lambda: stage.condition("Stalled").get("reason") == "RevisionReused", "RevisionReused", stage.tell)
    assert stage.condition("Stalled")["message"].startswith(f"spec.{role}.source, port or container was changed")
    assert (list_pods(stage, "v41"), list_pods(stage, "v42")) == before
    assert (find_run(stage)["id"], find_run(stage)["stage"]) == (run, "Running")
    stage.apply(document)
    until(lambda: not stage.condition("Stalled"), "the end of RevisionReused", stage.tell)
    assert find_run(stage)["id"] == run


def write_promotion(stage: Stage) -> None:
    """The status as a promotion of the candidate leaves it, for no vote can come to one here."""
    run = find_run(stage)
    candidate = run["plan"]["candidate"]
    serving = {**candidate, "since": run["startedAt"], "origin": "Promotion", "seed": "v41"}
    status = {"serving": serving, "run": None, "concluded": {"candidate": "v42", "verdict": "Promote"}}
    patch = json.dumps({"status": status})
    stage.kubectl("patch", "ilx", "home-feed", "--subresource=status", "--type=merge", f"--patch={patch}")


def test_a_promotion_outlives_every_apply_of_git_until_the_champion_is_pinned(stage: Stage) -> None:
    document = make_trial()
    start_run(stage, document)
    stage.stop()
    write_promotion(stage)
    stage.start()
    until(lambda: not list_pods(stage, "v41"), "the end of the former champion's pods", stage.tell)
    promoted = list_pods(stage, "v42")
    stage.apply(document)
    stage.apply(change(document, "spec.suspend", True))
    until(lambda: stage.condition("PromotionRecorded").get("reason") == "NotRecorded", "NotRecorded", stage.tell)
    assert (find_serving(stage), list_pods(stage, "v42")) == ("v42", promoted)

    stage.apply(change(document, "spec.champion.pinned", True))
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the pinned champion", stage.tell)
    assert stage.experiment()["status"]["serving"]["origin"] == "Seed"
