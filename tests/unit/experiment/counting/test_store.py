"""The store's totals: every router shows them, so they are neither added up nor lowered by one that lags behind."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.observed import StoreReading
from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.ledger import Ledger, NewGap
from interleaver.experiment.counting.store import StoreMemory, fold_store, is_reached, leave_out_shared

NAMES = ("votes.win", "votes.loss", "conversions.candidate", "coins.champion")


def show(epoch: int = 1, up: bool = True, **counts: int) -> StoreReading:
    return StoreReading(up, epoch, {name.replace("_", "."): number for name, number in counts.items()})


def grow(history: list[tuple[int, bytes]]) -> list[StoreReading]:
    """A store's life: totals that rise by the given steps within an epoch and start at zero in the next."""
    shown, totals = [], dict.fromkeys(NAMES, 0)
    former = 0
    for epoch, steps in history:
        totals = dict.fromkeys(NAMES, 0) if epoch != former else totals
        totals = {name: totals[name] + step for name, step in zip(NAMES, steps, strict=True)}
        shown.append(StoreReading(True, epoch, dict(totals)))
        former = epoch
    return shown


STEPS = st.binary(min_size=len(NAMES), max_size=len(NAMES))  # a number for each name
ONE_EPOCH = st.lists(STEPS, min_size=1, max_size=8).map(lambda steps: grow([(7, step) for step in steps]))
LIVES = st.lists(st.tuples(st.integers(1, 4), STEPS), min_size=1, max_size=10).map(
    lambda life: grow(sorted(life, key=lambda moment: moment[0]))
)


@given(ONE_EPOCH, st.randoms(use_true_random=False))
def test_any_order_of_what_was_shown_comes_to_the_newest_totals(shown: list[StoreReading], random: Random) -> None:
    shuffled = random.sample(shown, len(shown))
    memory = StoreMemory()
    for reading in shuffled:
        memory = fold_store(memory, [reading])
    assert memory == fold_store(StoreMemory(), shown)
    assert memory.totals == {name: number for name, number in shown[-1].counts.items() if number}


@given(LIVES, st.randoms(use_true_random=False))
def test_one_look_is_the_same_in_any_order(shown: list[StoreReading], random: Random) -> None:
    assert fold_store(StoreMemory(), random.sample(shown, len(shown))) == fold_store(StoreMemory(), shown)


@given(LIVES)
def test_a_look_folded_twice_changes_nothing(shown: list[StoreReading]) -> None:
    once = fold_store(StoreMemory(), shown)
    assert fold_store(once, shown) == once


@given(LIVES, st.data())
def test_a_router_that_lags_behind_changes_nothing(shown: list[StoreReading], data: st.DataObject) -> None:
    memory = StoreMemory()
    for reading in shown:
        memory = fold_store(memory, [reading])
        stale = data.draw(st.sampled_from(shown[: shown.index(reading) + 1]))
        assert fold_store(memory, [stale]) == memory


@given(LIVES)
def test_totals_never_fall_and_hold_the_last_of_every_epoch(shown: list[StoreReading]) -> None:
    memory, last = StoreMemory(), {}
    for reading in shown:
        after = fold_store(memory, [reading])
        assert all(after.totals.get(name, 0) >= number for name, number in memory.totals.items())
        memory, last[reading.epoch] = after, reading.counts
    for name in NAMES:
        assert memory.totals.get(name, 0) == sum(counts[name] for counts in last.values())


@given(LIVES)
def test_a_memory_survives_the_status(shown: list[StoreReading]) -> None:
    ledger = fold(Ledger(), [], shown)
    assert Ledger.from_dict(ledger.to_dict()) == ledger


def test_three_routers_that_show_the_same_votes_count_them_once() -> None:
    ledger = fold(Ledger(), [Sample("a", "1", {}), Sample("b", "1", {})], [show(votes_win=5)] * 3)
    assert ledger.totals == {"votes.win": 5}


def test_a_killed_router_takes_nothing_of_the_stores_with_it() -> None:
    ledger = fold(Ledger(), [Sample("a", "1", {"requests.ok": 9}), Sample("b", "1", {})], [show(votes_win=5)])
    ledger = fold(ledger, [Sample("b", "1", {})], [show(votes_win=6)])
    assert ledger.totals == {"requests.ok": 9, "votes.win": 6}


def test_a_store_that_forgot_is_a_gap_and_its_votes_are_kept() -> None:
    ledger = fold(Ledger(), [], [show(1, votes_win=5)])
    after = fold(ledger, [], [show(2, votes_win=1), show(1, votes_win=6)])
    assert after.gaps == (NewGap("store", "StoreLost"),)
    assert after.totals == {"votes.win": 7}
    assert fold(after, [], [show(2, votes_win=1)]).gaps == ()


def test_a_store_that_was_set_back_is_a_gap_once_and_the_greatest_totals_stand() -> None:
    """It counts anew what it lost: an event that is sent again must not count a second time."""
    ledger = fold(Ledger(), [], [show(1, votes_win=5, votes_loss=3)])
    shown = [show(1, votes_win=6, votes_loss=3), replace(show(1, votes_win=4, votes_loss=4), set_back=7)]
    after = fold(ledger, [], shown)
    assert after.gaps == (NewGap("store", "StoreSetBack"),)
    assert after.totals == {"votes.win": 6, "votes.loss": 4}
    assert fold(after, [], shown).gaps == ()
    assert Ledger.from_dict(after.to_dict()) == after
    again = fold(after, [], [replace(show(1, votes_win=4), set_back=9)])
    assert again.gaps == (NewGap("store", "StoreSetBack"),)


def test_a_store_that_forgot_after_it_was_set_back_is_one_gap_more_and_no_third() -> None:
    ledger = fold(Ledger(), [], [replace(show(1, votes_win=5), set_back=7)])
    assert fold(ledger, [], [show(2, votes_win=1)]).gaps == (NewGap("store", "StoreLost"),)


def test_the_first_epoch_is_no_gap() -> None:
    assert fold(Ledger(), [], [show(0), show(3, votes_win=1)]).gaps == ()


def test_a_ledger_without_a_store_is_written_as_before() -> None:
    assert "store" not in fold(Ledger(), [Sample("a", "1", {"votes.win": 1})]).to_dict()


@pytest.mark.parametrize(
    "document",
    [{"store": 3}, {"store": {"epoch": -1}}, {"store": {"setBack": "7"}}, {"store": {"counts": {"votes.win": "1"}}}],
)
def test_a_ledger_that_was_tampered_with_names_the_part(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"ledger\.store"):
        Ledger.from_dict(document)


def test_the_store_is_reached_when_one_router_reaches_it_as_it_was_last_seen() -> None:
    known = StoreMemory(epoch=5)
    assert is_reached(known, [None, show(5, up=False), show(5)])
    assert is_reached(known, [show(6)])
    assert is_reached(known, [show(0)]), "a store that forgot everything remembers nothing yet"
    assert not is_reached(known, [show(5, up=False)])
    assert not is_reached(known, [show(4)]), "another memory than the one that is counted"
    assert not is_reached(known, [None]), "a router that knows no store"
    assert not is_reached(known, [])


def test_what_the_store_counts_is_left_out_of_a_routers_own_counts() -> None:
    counts = {"votes.win": 1, "place.1.f.win": 1, "conversions.neutral": 2, "coins.candidate": 1, "overall.x": 1}
    assert leave_out_shared(counts | {"requests.ok": 4, "feedback.late": 1}) == {"requests.ok": 4, "feedback.late": 1}
