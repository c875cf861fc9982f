"""The matrix of tools that apply Git sees what it is there for: a revert, a fight, a tool that does not rest."""

import time
from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.gitops import journey
from tests.e2e.gitops.engine import PROMOTED, Way
from tests.e2e.gitops.journey import Journey
from tests.e2e.gitops.standing import Standing
from tests.e2e.gitops.table import Table

STANDING = Standing("v2", "abc", "Promotion", frozenset({"pod-1"}), "abc", ("v2 Promote",), "", 3, "100", True)


class Cluster:
    """What stands, as a script: the last of it stays."""

    def __init__(self, *standings: Standing) -> None:
        self.standings = list(standings)

    def look(self, scene: Any) -> Standing:
        return self.standings.pop(0) if len(self.standings) > 1 else self.standings[0]

    def explain(self) -> str:
        return "as it stands"


class Tool:
    """A tool that has been heard of."""

    name = "tool"

    def __init__(self, *traces: str) -> None:
        self.traces = list(traces)

    def trace(self) -> str:
        return self.traces.pop(0) if len(self.traces) > 1 else self.traces[0]


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look is a second later than the one before."""
    clock = iter(range(10_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


def make_journey(monkeypatch: pytest.MonkeyPatch, cluster: Cluster, tool: Tool | None = None) -> Journey:
    monkeypatch.setattr(journey, "read", cluster.look)
    return Journey(cluster, tool or Tool("1"), Table(), thorough=True)  # type: ignore[arg-type]


def test_a_way_that_leaves_all_as_it_was_is_a_cell_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    told = make_journey(monkeypatch, Cluster(STANDING))
    told.apply_again(Way("apply", lambda document: None), PROMOTED, {})
    assert told.table.cells == {"tool: apply": {PROMOTED: "held"}}


@pytest.mark.parametrize(
    "changed",
    [{"serving": "v1"}, {"pods": frozenset({"pod-2"})}, {"entry": "def"}, {"verdicts": ()}, {"run": "v2-again"}],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_is_another_one_afterwards_is_told(monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]) -> None:
    cluster = Cluster(STANDING, STANDING, replace(STANDING, **changed))
    told = make_journey(monkeypatch, cluster)
    with pytest.raises(AssertionError, match=next(iter(changed))):
        told.apply_again(Way("apply", lambda document: None), PROMOTED, {})


def test_what_a_way_says_it_alters_is_no_revert(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(STANDING, STANDING, replace(STANDING, generation=5, version="120"))
    told = make_journey(monkeypatch, cluster)
    told.apply_again(Way("healed", lambda document: "healed", frozenset({"generation"})), PROMOTED, {})
    assert told.table.cells["tool: healed"] == {PROMOTED: "healed"}


def test_writes_without_end_are_a_fight(monkeypatch: pytest.MonkeyPatch) -> None:
    told = make_journey(monkeypatch, Cluster(*(replace(STANDING, version=str(number)) for number in range(200))))
    with pytest.raises(AssertionError, match="no end of writing"):
        told.settle()


def test_what_stands_still_before_the_operator_has_told_of_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    untold = replace(STANDING, version="90", told=False)
    told = make_journey(monkeypatch, Cluster(untold, untold, untold, STANDING))
    assert told.settle() == STANDING


def test_a_change_while_nothing_may_follow_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = make_journey(monkeypatch, Cluster(STANDING, STANDING, STANDING, replace(STANDING, serving="v1")))
    with pytest.raises(AssertionError, match="'serving'"):
        told.watch("after it")


def test_a_tool_that_goes_on_applying_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = make_journey(monkeypatch, Cluster(STANDING), Tool("1 sync", "2 syncs"))
    with pytest.raises(AssertionError, match="went on applying"):
        told.watch("after it")
