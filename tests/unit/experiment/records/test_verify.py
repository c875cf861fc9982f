"""A record comes to its own verdict again, and one that was changed does not."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from interleaver.api.plan import freeze
from interleaver.api.record import seal
from interleaver.api.revision import digest
from interleaver.experiment.records.verify import thaw, verify
from tests.builders import make_running_world
from tests.unit.experiment.verdicts import ENDINGS, read_record

Change = Callable[[dict[str, Any]], object]
FORMER = Path(__file__).with_name("former")  # records that a version has written which knew one mixture alone


@cache
def recorded(ending: str) -> str:
    return json.dumps(read_record(ENDINGS[ending]()))


def forge(ending: str, change: Change) -> list[str]:
    """What a record is accused of once somebody changed it and sealed it anew."""
    document = json.loads(recorded(ending))
    change(document)
    return verify(seal(document))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_record_comes_to_its_own_verdict_again(ending: str) -> None:
    document = json.loads(recorded(ending))
    decision = document["decision"]
    assert f"{decision['verdict']}/{decision['reason']}" == ending.partition(",")[0]
    assert verify(document) == []


@pytest.mark.parametrize("path", sorted(FORMER.iterdir()), ids=lambda path: path.stem)
def test_a_record_of_a_version_that_knew_no_large_bets_comes_to_its_verdict_again(path: Path) -> None:
    document = json.loads(path.read_text())
    assert "mixture" not in document["run"]["plan"]
    assert verify(document) == []


@pytest.mark.parametrize("path", sorted(FORMER.iterdir()), ids=lambda path: path.stem)
def test_a_former_record_that_claims_large_bets_is_found_out(path: Path) -> None:
    document = json.loads(path.read_text())
    plan = document["run"]["plan"]
    plan["mixture"] = "PlannedAndLarge"
    document["run"]["planHash"] = digest(plan)
    assert any(words.startswith("run.evidence") for words in verify(seal(document)))


def claim(verdict: str, reason: str) -> Change:
    return lambda document: document["decision"].update(verdict=verdict, reason=reason)


@pytest.mark.parametrize("ending", ENDINGS)
def test_any_other_verdict_in_its_place_is_found_out(ending: str) -> None:
    mine = ending.partition(",")[0]
    for other in sorted({name.partition(",")[0] for name in ENDINGS} - {mine}):
        # Who aborted a run is not to be seen in its counts: only that it was aborted while nothing was decided.
        if {mine, other} == {"Aborted/Command", "Aborted/CandidateRemoved"}:
            continue
        differences = forge(ending, claim(*other.split("/")))
        assert any(words.startswith("decision") for words in differences), (ending, other)


def add_vote(document: dict[str, Any]) -> None:
    """One more win, everywhere it is shown."""
    run = document["run"]
    (router,) = run["ledger"]["pods"].values()
    router["counts"]["votes.win"] += 1
    run["tally"]["wins"] += 1
    run["votes"] += 1


def take_other_mixture(document: dict[str, Any]) -> None:
    """Another mixture, with the hash of the plan that names it."""
    run = document["run"]
    run["plan"]["mixture"] = "Planned"
    run["planHash"] = digest(run["plan"])


def widen_margin(document: dict[str, Any]) -> None:
    document["run"]["plan"]["analysis"]["margin"] = "0.1"


CHANGES: dict[str, tuple[str, Change, str]] = {
    "a vote in the tally alone": ("Rollback/Harm", lambda d: d["run"]["tally"].update(wins=51), "run.tally"),
    "a vote everywhere": ("Rollback/Harm", add_vote, "run.evidence"),
    "a vote everywhere, shown beside a promotion": ("Promote/OnPar", add_vote, "run.evidence"),
    "the mixture": ("Rollback/Harm", lambda d: d["run"]["plan"].update(mixture="Planned"), "run.planHash"),
    "the mixture, under a hash of its own": ("Rollback/Harm", take_other_mixture, "run.evidence"),
    "the mixture of a promotion": ("Promote/OnPar", take_other_mixture, "run.evidence"),
    "the plan": ("Promote/OnPar", widen_margin, "run.planHash"),
    "the evidence": ("Rollback/Harm", lambda d: d["run"]["evidence"].update(harm="3"), "run.evidence"),
    "the words": ("Rollback/Harm", lambda d: d["decision"].update(message="all is well"), "decision.message"),
    "the run's name": ("Rollback/Harm", lambda d: d["decision"].update(runId="v42-20200101t000000z"), "decision.runId"),
    "a guardrail that was breached": (
        "Rollback/Guardrail", lambda d: d["run"]["guardrails"][0].update(streak=1), "decision",
    ),
    "fallbacks that held the promotion": (
        "Promote/Better", lambda d: d["run"]["guardrails"][0].update(events=50, calls=500), "decision",
    ),
    "a guardrail that sent back what was promoted": (
        "Rollback/Reverted", lambda d: d["run"]["probation"]["guardrails"][0].update(streak=1), "decision",
    ),
    "a command that nobody gave": (
        "Rollback/Reverted, command", lambda d: d["run"]["probation"].update(ordered=False), "decision",
    ),
    "pods that were Ready": (
        "Rollback/Reverted, unhealthy", lambda d: d["run"]["probation"].pop("unreadySince"), "decision",
    ),
    "votes for what was promoted and reverted": ("Rollback/Reverted", add_vote, "run.evidence"),
    "what stood in the way": (
        "Aborted/CandidateNotReady", lambda d: d["run"].update(trouble="FailedCreate: no room"), "decision.message",
    ),
    "conversions that were lost": (
        "Rollback/Guardrail, overall",
        lambda d: next(iter(d["run"]["ledger"]["pods"].values()))["counts"].update({"overall.interleaved.10": 90}),
        "run.guardrails",
    ),
    "calls on their way": (
        "Rollback/Guardrail", lambda d: d["run"]["measured"].insert(0, "1 0 0 9999 0 0"), "run.measured",
    ),
    "more failures than the ledger holds": (
        "Rollback/Guardrail", lambda d: d["run"]["measured"].append("90000 9999 9999 9999 0 0"), "run.measured",
    ),
    "the comparison of the arms": (
        "Rollback/Guardrail, overall", lambda d: d["run"]["guardrails"][1].update(ratio="0.1"), "run.guardrails",
    ),
    "more calls than were counted": (
        "Rollback/Guardrail", lambda d: d["run"]["guardrails"][0].update(calls=5000), "run.guardrails",
    ),
    "when on par was proven": ("Promote/Better", lambda d: d["run"].update(crossed={}), "run.crossed.onPar"),
    "when it began": (
        "Promote/Better", lambda d: d["run"].update(runningSince="2026-11-22T14:15:00Z"), "decision",
    ),
    "a step of the ramp": ("Promote/Better", lambda d: d["run"]["ramp"].pop(1), "run.ramp"),
    "how long a step was held": (
        "Promote/Better", lambda d: d["run"]["ramp"][1].update(at=d["run"]["ramp"][0]["at"]), "run.ramp",
    ),
    "the tally on its way": ("Promote/Better", lambda d: d["run"]["trail"].insert(1, "40 999 0 0"), "run.trail"),
    "that it was suspended": ("Inconclusive/Paused", lambda d: d["run"].update(suspended=False), "decision"),
    "a promotion into a rollback": (
        "Promote/Better",
        lambda d: (d["run"].update(stage="RollingBack"), d["decision"].update(verdict="Rollback", reason="Harm")),
        "decision",
    ),
    "a rollback into an abort": (
        "Rollback/Harm", lambda d: d["decision"].update(verdict="Aborted", reason="Command"), "decision",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_out_even_when_the_record_is_sealed_anew(name: str) -> None:
    ending, change, where = CHANGES[name]
    differences = forge(ending, change)
    assert any(words.startswith(where) for words in differences), differences


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_breaks_the_seal(name: str) -> None:
    ending, change, _ = CHANGES[name]
    document = json.loads(recorded(ending))
    change(document)
    assert verify(document)[0].startswith("digest: recorded")


def test_what_this_version_does_not_know_is_under_the_seal_too() -> None:
    document = json.loads(recorded("Rollback/Harm"))
    document["run"]["plan"]["unheard"] = "of"
    assert [words.partition(":")[0] for words in verify(document)] == ["digest", "run.planHash"]


def test_the_order_of_keys_is_nobodys_concern() -> None:
    document = json.loads(recorded("Promote/Better"))
    assert verify(json.loads(json.dumps(document, sort_keys=True))) == []


def test_verifying_changes_nothing() -> None:
    document = json.loads(recorded("Promote/Better"))
    before = deepcopy(document)
    verify(document)
    assert document == before


def test_a_plan_thawed_freezes_into_the_same_plan() -> None:
    guardrails = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}]
    plan = make_running_world(guardrails=guardrails, promotion={"mode": "Manual"}).run.plan
    assert freeze(thaw(plan, True), plan.champion, plan.candidate) == plan
    assert thaw(plan, True).suspend


def test_a_mixture_that_this_version_does_not_know_is_refused() -> None:
    document = json.loads(recorded("Promote/Better"))
    document["run"]["plan"]["mixture"] = "Unheard"
    with pytest.raises(ValueError, match="mixture"):
        verify(document)


@pytest.mark.parametrize("document", [{}, {"version": 2}, {"version": 1, "run": {}}])
def test_what_is_no_record_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Record"):
        verify(document)
