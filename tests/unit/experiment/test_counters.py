"""The ledger: whatever happens to routers, looks and the operator, the totals are what was counted."""

import json
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.experiment.counters import Sample, fold
from interleaver.experiment.counting.ledger import LastReading, Ledger, NewGap

WIN, LOSS = "votes.win", "votes.loss"
NAMES = (WIN, LOSS, "conversions.neutral", "requests.ok", "fallbacks.timeout")
PODS = ("router-a", "router-b", "router-c")
ABSENT = "absent"
counts = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, st.integers(0, 100)))
# Pod by pod, for of a list that must hold each of them once most of what is drawn is thrown away.
starts = st.sampled_from(["", "1", "2", ABSENT])
samples = st.tuples(*(st.builds(Sample, st.just(pod), starts, st.none() | counts, st.booleans()) for pod in PODS)).map(
    lambda drawn: [sample for sample in drawn if sample.start != ABSENT]
)


def make_sample(pod: str = "router-a", start: str = "100", terminating: bool = False, **votes: int) -> Sample:
    return Sample(pod, start, {f"votes.{outcome}": count for outcome, count in votes.items()}, terminating)


def fold_all(*looks: list[Sample]) -> Ledger:
    ledger = Ledger()
    for look in looks:
        ledger = fold(ledger, look)
    return ledger


def restart_operator(ledger: Ledger) -> Ledger:
    return Ledger.from_dict(json.loads(json.dumps(ledger.to_dict())))


def test_a_growing_counter_counts_once() -> None:
    ledger = fold_all([make_sample(win=3)], [make_sample(win=5)], [make_sample(win=5, loss=1)])
    assert ledger.totals == {WIN: 5, LOSS: 1}


def test_routers_are_summed() -> None:
    ledger = fold_all([make_sample("router-a", win=3), make_sample("router-b", win=4, tie=1)])
    assert ledger.totals == {WIN: 7, "votes.tie": 1}


def test_a_new_start_keeps_the_former_count_even_if_the_counter_did_not_fall() -> None:
    ledger = fold_all([make_sample(win=3)], [make_sample(start="200", win=4)])
    assert ledger.totals == {WIN: 7}
    assert ledger.gaps == (NewGap("router-a", "Restarted"),)


def test_a_smaller_count_is_a_reset_even_if_the_start_is_the_same() -> None:
    ledger = fold_all([make_sample(win=3, loss=2)], [make_sample(win=4, loss=1)])
    assert ledger.totals == {WIN: 7, LOSS: 3}
    assert ledger.gaps == (NewGap("router-a", "Restarted"),)


def test_a_count_that_is_no_longer_shown_is_a_reset() -> None:
    assert fold_all([make_sample(win=3, loss=2)], [make_sample(win=3)]).totals == {WIN: 6, LOSS: 2}


def test_a_vanished_pod_keeps_its_votes_and_leaves_a_gap() -> None:
    ledger = fold_all([make_sample(win=3)], [])
    assert ledger.totals == {WIN: 3}
    assert ledger.gaps == (NewGap("router-a", "Lost"),)


def test_a_pod_that_was_read_while_terminating_leaves_no_gap() -> None:
    ledger = fold_all([make_sample(win=3)], [make_sample(terminating=True, win=4)], [])
    assert ledger.totals == {WIN: 4}
    assert ledger.gaps == ()


def test_a_pod_that_could_only_be_read_before_it_was_terminating_leaves_a_gap() -> None:
    ledger = fold_all([make_sample(win=3)], [Sample("router-a", terminating=True)], [])
    assert ledger.gaps == (NewGap("router-a", "Lost"),)


def test_a_pod_that_cannot_be_read_keeps_its_last_reading() -> None:
    ledger = fold_all([make_sample(win=3)], [Sample("router-a")], [make_sample(win=5)])
    assert ledger.totals == {WIN: 5}
    assert ledger.gaps == ()


def test_a_pod_that_was_never_read_is_not_counted() -> None:
    assert fold_all([Sample("router-a")]) == Ledger()


def test_a_gap_is_reported_once() -> None:
    ledger = fold_all([make_sample(win=3)], [make_sample(start="200")])
    assert ledger.gaps
    assert fold(ledger, [make_sample(start="200")]).gaps == ()
    assert restart_operator(ledger).gaps == ()


def test_a_pod_that_is_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="router-a is listed twice"):
        fold(Ledger(), [make_sample(win=1), make_sample(win=1)])


@given(samples, samples)
def test_the_same_look_twice_changes_nothing(first: list[Sample], second: list[Sample]) -> None:
    ledger = fold_all(first, second)
    assert fold(ledger, second) == ledger


@given(samples, samples, st.randoms(use_true_random=False))
def test_the_order_of_routers_does_not_matter(
    first: list[Sample], second: list[Sample], shuffle: random.Random
) -> None:
    ordered = fold_all(first, second)
    shuffle.shuffle(first)
    shuffle.shuffle(second)
    shuffled = fold_all(first, second)
    assert (shuffled, shuffled.gaps) == (ordered, ordered.gaps)
    assert json.dumps(shuffled.to_dict()) == json.dumps(ordered.to_dict())


@given(samples, samples)
def test_totals_never_fall(first: list[Sample], second: list[Sample]) -> None:
    before, after = fold_all(first), fold_all(first, second)
    assert all(after.totals[name] >= count for name, count in before.totals.items())


@given(samples, samples)
def test_the_ledger_survives_the_operator_through_the_status(first: list[Sample], second: list[Sample]) -> None:
    ledger = fold_all(first)
    assert restart_operator(ledger) == ledger
    assert fold(restart_operator(ledger), second) == fold(ledger, second)


@dataclass
class Router:
    """A router as it is: its process counts, may restart, and knows what it has counted in its whole life."""

    pod: str
    start: int = 1
    votes: int = 0
    unread: int = 0
    terminating: bool = False


@dataclass
class World:
    """A few routers that live a random life, the ledger that watches them, and the truth."""

    ledger: Ledger = field(default_factory=Ledger)
    routers: dict[str, Router] = field(default_factory=dict)
    truth: int = 0  # votes cast
    unseen: int = 0  # votes that no reading ever showed
    born: int = 0

    def act(self, chance: random.Random, kind: str) -> None:
        if kind == "birth" or not self.routers:
            self.born += 1
            self.routers[f"router-{self.born}"] = Router(f"router-{self.born}")
        router = chance.choice(list(self.routers.values()))
        if kind == "votes":
            cast = chance.randint(1, 9)
            self.truth, router.votes, router.unread = self.truth + cast, router.votes + cast, router.unread + cast
        elif kind in ("restart", "restart and overtake", "death"):
            former = router.votes
            self.unseen += router.unread
            router.start, router.votes, router.unread = router.start + 1, 0, 0
            if kind == "restart and overtake":  # only the start tells, for no counter has fallen at the next look
                self.truth, router.votes, router.unread = self.truth + former, former, former
            if kind == "death":
                del self.routers[router.pod]
        elif kind == "look":
            self.look(chance)
        elif kind == "operator restart":
            self.ledger = restart_operator(self.ledger)

    def look(self, chance: random.Random, always_readable: bool = False) -> None:
        shown = []
        for router in self.routers.values():
            if always_readable or chance.random() < 0.8:
                shown.append(Sample(router.pod, str(router.start), {WIN: router.votes} if router.votes else {}))
                router.unread = 0
            else:
                shown.append(Sample(router.pod))
        chance.shuffle(shown)
        for _ in range(chance.randint(1, 3)):
            self.ledger = fold(self.ledger, shown)


ACTS = st.sampled_from(
    ["votes", "votes", "votes", "look", "look", "birth", "restart", "restart and overtake", "death", "operator restart"]
)


@given(st.lists(ACTS, max_size=60), st.randoms(use_true_random=False))
def test_whatever_happens_the_total_is_the_truth_less_what_no_reading_could_show(
    acts: list[str], chance: random.Random
) -> None:
    world = World()
    for kind in acts:
        world.act(chance, kind)
    world.look(chance, always_readable=True)
    assert world.ledger.totals.get(WIN, 0) == world.truth - world.unseen
    assert set(world.ledger.pods) == set(world.routers)


def test_the_ledger_of_seventy_routers_fits_the_status() -> None:
    shown = {name: 10**9 for name in ("votes.win", "votes.tie", "votes.loss", "requests.ok", "requests.fallback")}
    shown |= {f"conversions.{team}": 10**9 for team in ("champion", "candidate", "neutral")}
    ledger = fold(
        Ledger(), [Sample(f"home-feed-9c1f0a-7d4b9c6f5-{n:05}", "1795000000.123456", shown) for n in range(70)]
    )
    assert len(json.dumps(ledger.to_dict())) < 32_000


def test_the_ledger_is_written_like_this() -> None:
    ledger = Ledger({WIN: 2}, {"b": LastReading("7", {WIN: 1}), "a": LastReading("8", {}, terminating=True)})
    assert ledger.to_dict() == {
        "base": {WIN: 2},
        "pods": {"a": {"start": "8", "counts": {}, "terminating": True}, "b": {"start": "7", "counts": {WIN: 1}}},
    }


def test_an_empty_document_is_an_empty_ledger() -> None:
    assert Ledger.from_dict({}) == Ledger()


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({"base": []}, "ledger.base"),
        ({"base": {WIN: -1}}, "ledger.base.votes.win"),
        ({"base": {WIN: "1"}}, "ledger.base.votes.win"),
        ({"base": {WIN: True}}, "ledger.base.votes.win"),
        ({"pods": []}, "ledger.pods"),
        ({"pods": {"a": {}}}, "ledger.pods.a"),
        ({"pods": {"a": {"start": "1", "counts": {WIN: 1.5}}}}, "ledger.pods.a.counts.votes.win"),
    ],
)
def test_a_document_that_is_no_ledger_is_refused_naming_the_part(document: dict[str, object], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        Ledger.from_dict(document)
