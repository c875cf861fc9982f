"""Where the items that were voted for stood: rank, place in the draft's turn, outcome."""

from collections import Counter
from typing import Any

import pytest

from interleaver.experiment.counting.exposition import read_metrics
from interleaver.experiment.weighing.position import show_position
from interleaver.stats.position import BURN_IN
from tests.builders import make_running_world
from tests.router.conftest import STORE_KINDS, Stage, answer_items

HEADER = "X-Interleaver-Impression"

pytestmark = pytest.mark.parametrize("store_kind", STORE_KINDS)
OUTCOMES = {"c": "loss", "d": "win", "n": "tie"}  # by the first letter of an item: the champion's, the candidate's


def vote(stage: Stage, unit: str, rank: int) -> str:
    """Show a list to a unit and convert on what stands at this rank, from 1; the item."""
    answer = stage.router.rank(unit)
    item: str = answer.json()["items"][rank - 1]["id"]
    assert stage.router.feed_back({"impression": answer.header(HEADER), "item": item}).json()["accepted"] == 1
    return item


def read(stage: Stage) -> dict[tuple[str, str, str], float]:
    """The placed votes that are not zero, by rank, place and outcome, since the baseline."""
    name, found = "interleaver_placed_votes_total", {}
    for key, value in stage.router.metrics()[name].items():
        labels, counted = dict(key), value - stage.router.baseline.get(name, {}).get(key, 0)
        if labels["run"] == stage.router.run and counted:
            found[labels["rank"], labels["place"], labels["outcome"]] = counted
    return found


@pytest.fixture
def deep(stage: Stage) -> Stage:
    """A neutral item, twelve contested turns of which the last is cut off by the end of the list."""
    champion, candidate = ([f"{letter}{number}" for number in range(24)] for letter in "cd")
    stage.answer(answer_items("n", *champion[:23]), answer_items("n", *candidate))
    return stage


@pytest.mark.parametrize(
    ("rank", "label", "place"),
    [
        (1, "1", "alone"),
        (2, "2", "first"),
        (3, "3", "second"),
        (4, "4", "first"),
        (20, "20", "first"),
        (21, "more", "second"),
        (22, "more", "first"),
        (24, "more", "alone"),
    ],
)
def test_a_vote_is_counted_where_its_item_stood(deep: Stage, unit: str, rank: int, label: str, place: str) -> None:
    item = vote(deep, unit, rank)
    assert read(deep) == {(label, place, OUTCOMES[item[0]]): 1}


def test_either_model_is_seen_at_either_place(deep: Stage) -> None:
    for number in range(40):
        vote(deep, f"either {number}", 2 + number % 2)
    cells = set(read(deep))
    assert cells == {
        (rank, place, outcome) for rank, place in (("2", "first"), ("3", "second")) for outcome in ("win", "loss")
    }


def test_placed_votes_add_up_to_the_votes(deep: Stage) -> None:
    for number in range(20):
        token = deep.router.rank(f"placed {number}").header(HEADER)
        events = [{"impression": token, "item": item} for item in ("c0", "d0", "n", "c0", "nothing")]
        deep.router.feed_back(events[number % 3 :])
    placed: Counter[str] = Counter()
    for (_, _, outcome), count in read(deep).items():
        placed[outcome] += int(count)
    assert dict(placed) == deep.router.counts("votes", "outcome")
    assert sum(placed.values()) == 20


def test_the_operator_draws_the_curve_from_what_the_router_shows(set_up: Any) -> None:
    """Of three units two vote on the upper item of a contested pair."""
    stage = set_up()
    stage.answer(answer_items("c1", "c2"), answer_items("d1", "d2"))
    for number in range(3 * BURN_IN // 2):
        vote(stage, f"unit {number}", 2 if number % 3 == 0 else 1)
    counts = read_metrics(stage.router.admin("GET", "/metrics").body.decode(), stage.router.run).counts
    shown = show_position(make_running_world().run.plan, counts)
    assert shown is not None
    assert shown.curve == ["1", f"{(BURN_IN / 2 + 0.5) / (BURN_IN + 0.5):.3g}"]


def test_the_tail_below_the_depth_is_no_place(set_up: Any, unit: str) -> None:
    stage = set_up(depth=3)
    stage.answer(answer_items("n", "c1", "c2", "c3"), answer_items("n", "d1", "d2", "d3"))
    token = stage.router.rank(unit).header(HEADER)
    tail = stage.router.rank(unit).json()["items"][3]["id"]
    stage.router.feed_back({"impression": token, "item": tail})
    assert read(stage) == {}
