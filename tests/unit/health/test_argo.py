"""What Argo CD calls an experiment, by the script that is shipped for its argocd-cm, in every situation."""

import re
from functools import cache
from typing import Any, Final

import pytest
import yaml

from interleaver.api import conditions
from tests.cluster import ROOT
from tests.unit.health.lua import run
from tests.unit.health.situations import HEALTHY, SITUATIONS, Document, show
from tests.unit.health.worlds import make_paused

SHIPPED: Final = ROOT / "deploy/gitops/argocd/argocd-cm.yaml"
HEALTH: Final = "resource.customizations.health.interleaver.dev_InterleavingExperiment"


@cache
def read_script() -> str:
    script: str = yaml.safe_load(SHIPPED.read_text())["data"][HEALTH]
    return script


def judge(document: Document) -> tuple[str, str]:
    """Health and message."""
    health: dict[str, Any] = run(read_script(), document)
    return health["status"], health["message"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_argo_cd_is_told_the_health_that_the_situation_has(name: str) -> None:
    situation = SITUATIONS[name]
    document = situation.document
    status, message = judge(document)
    # One that is being deleted never comes to the script: Argo CD calls it Progressing by itself.
    assert status == ("Healthy" if "deletionTimestamp" in document["metadata"] else situation.argo), message
    assert message


def test_every_reason_to_be_stalled_is_among_the_situations() -> None:
    table = read_page().partition("## Why it is stalled")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == list_reasons(conditions.STALLED)


def test_everything_that_can_be_under_way_is_among_the_situations() -> None:
    rows = read_page().partition("| `Reconciling` |")[2].partition("| `Stalled` |")[0]
    assert set(re.findall(r"True `(\w+)`", rows)) == list_reasons(conditions.RECONCILING)


def read_page() -> str:
    return (ROOT / "docs/reference/conditions.md").read_text()


def list_reasons(kind: str) -> set[str]:
    """Why conditions of that kind are True, in all situations."""
    told = [one for each in SITUATIONS.values() for one in each.document.get("status", {}).get("conditions", [])]
    return {one["reason"] for one in told if one["type"] == kind and one["status"] == "True"}


@pytest.mark.parametrize("name", SITUATIONS)
def test_stalled_and_reconciling_are_never_told_at_once(name: str) -> None:
    told = SITUATIONS[name].document.get("status", {}).get("conditions", [])
    assert len([one for one in told if one["type"] in conditions.WHILE_TRUE]) <= 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no candidate", "v41 serves with 1 Ready pod(s)"),
        ("the candidate does not come up yet", "v42 is on trial at 0 %: waits until v42 is Ready; 0 of 1 pod(s)"),
        ("the second step", "v42 is on trial at 50 %: "),
        ("paused", "v42 is on trial at 10 %, paused: "),
        ("suspended by Git", "v42 is on trial at 10 %, paused: "),
        ("waiting for a person's word", "interleaver.dev/promote"),
        ("promoted, and not recorded in Git", "Git has still v41 as spec.champion"),
        ("no votes come", "and no feedback"),
        ("Rollback/Harm", "v42 does harm: v41 goes on serving"),
        ("stalled: StoreRequired", "set spec.store"),
        ("another champion is rolled out", "v43 serves as soon as it is Ready"),
        ("made a moment ago", "the operator has not seen it yet"),
    ],
)
def test_the_message_says_what_goes_on(name: str, words: str) -> None:
    assert words in judge(SITUATIONS[name].document)[1]


def test_a_run_is_healthy_all_the_time_so_that_no_sync_wave_waits_for_its_end() -> None:
    runs = [name for name in HEALTHY if SITUATIONS[name].document["status"].get("run")]
    assert len(runs) > 20
    assert {judge(SITUATIONS[name].document)[0] for name in runs} == {"Healthy"}


def test_a_message_has_no_more_than_was_said() -> None:
    """A run that is over is not told as one that goes on."""
    message = judge(SITUATIONS["promoted, and recorded in Git"].document)[1]
    assert "on trial" not in message
    assert "Git has still" not in message
    assert judge(show(make_paused()))[1].count("on trial") == 1
