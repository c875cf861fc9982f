"""Searches find what chance does not, within what they may change and ask."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from interleaver.lab.robustness.attempts import Attempt, Proposal, rate_by_amount, rate_by_requests
from interleaver.lab.robustness.forging import (
    Events,
    Fields,
    choose_moves,
    find_neighbours,
    list_moves,
    list_values,
)
from interleaver.lab.robustness.picture_searches import SEARCHES, Points
from interleaver.lab.suites.suite import Request
from tests.unit.lab.asking.scene import make_suite

SIZE = 16
POINTS: Points = np.full((12, 12, 1), 120)


def lean(points: Points) -> float:
    """How much lighter the left half is than the right one, of the most that a change can make of it: 1 to -1."""
    return float(points[:, :6].mean() - points[:, 6:].mean()) / (2 * SIZE)


def follow(attack: str, requests: int, measure: Callable[[Points], float] = lean) -> list[float]:
    """What a search came to, try by try."""
    search = SEARCHES[attack](POINTS, SIZE, requests, np.random.default_rng(3))
    tried, found = next(search), []
    for _ in range(requests - 1):
        assert np.abs(tried - POINTS).max() <= SIZE
        found.append(measure(tried))
        tried = search.send(found[-1])
    return found


@pytest.mark.parametrize("attack", ["square", "nes"])
def test_a_search_comes_further_than_chance_with_as_many_requests(attack: str) -> None:
    assert min(follow(attack, 100)) < min(follow("random", 100)) - 0.2


@pytest.mark.parametrize("attack", SEARCHES)
def test_a_search_goes_on_where_no_answer_comes(attack: str) -> None:
    search = SEARCHES[attack](POINTS, SIZE, 30, np.random.default_rng(3))
    next(search)
    assert all(search.send(None).shape == POINTS.shape for _ in range(25))


def make_attempt(answers: Sequence[Any], limit: int = 10) -> Attempt[Any]:
    """An attempt that asks for as long as it may, and takes 1 for a success."""

    def search() -> Any:
        while True:
            yield Proposal(Request(b"", {}), lambda answer: answer == 1, amount=4)

    attempt: Attempt[Any] = Attempt("case", "search", 0, search(), limit)
    attempt.start()
    for answer in answers:
        attempt.take(answer)
    return attempt


def test_an_attempt_asks_no_more_than_its_limit() -> None:
    assert make_attempt([0, 0], limit=3).proposal is not None
    assert make_attempt([0, 0, None], limit=3).proposal is None


def test_a_success_counts_once_it_is_confirmed() -> None:
    attempt = make_attempt([0, None, 1, 1])
    assert [asked for asked, _ in attempt.found] == [3]
    assert rate_by_requests([attempt], 10) == 0.0
    attempt.verified[0] = True
    assert [rate_by_requests([attempt], asked) for asked in (2, 3)] == [0.0, 1.0]
    assert [rate_by_amount([attempt], amount) for amount in (3, 4)] == [0.0, 1.0]
    attempt.verified[0] = False
    assert rate_by_requests([attempt, make_attempt([])], 10) == 0.0


def test_the_item_itself_is_tried_first_then_its_neighbours_and_what_lifted_it_before_all() -> None:
    forgery = Events(make_suite(1), 0, "7", 3, 2, tuple(map(str, range(9))), ("7", "5", "6"), "/h", "")
    assert choose_moves(forgery, {}, 3, Random(0)) == ["7", "5", "6"]
    assert choose_moves(forgery, {"1": 9, "2": 4}, 4, Random(0))[:3] == ["2", "1", "7"]


def test_a_forged_field_has_a_value_of_another_request_and_the_last_one_counts() -> None:
    bodies = [{"user": 1, "country": "is"}, {"user": 2, "country": None}, {"user": 3}, {"user": 4, "country": "is"}]
    requests = [Request(json.dumps(body).encode(), {}) for body in bodies]
    suite = make_suite(4)
    suite = replace(suite, cases=replace(suite.cases, requests=requests))
    values = list_values(suite, ["/country"])
    assert values == {"/country": ['"is"', "null"]}
    moves = list_moves(suite, 0, values)
    assert [json.loads(move) for move in moves] == [["/country", None]]
    assert list_moves(suite, 2, values) == [], "a field that is not there is not made up"
    forgery = Fields(suite, 0, "7", 3, 2, moves, ())
    proposal = forgery.forge([*moves, '["/country", "no"]'])
    assert json.loads(proposal.request.body) == {"user": 1, "country": "no"}
    assert proposal.amount == 1


def test_chance_forges_as_many_fields_as_it_may_each_once() -> None:
    moves = [json.dumps([pointer, value]) for pointer in ("/a", "/b", "/c") for value in range(4)]
    forgery = Fields(make_suite(1), 0, "7", 3, 3, moves, ())
    for seed in range(50):
        assert [forgery.count(forgery.draw(number, Random(seed))) for number in (1, 2, 3)] == [1, 2, 3]
    assert forgery.count(Fields(make_suite(1), 0, "7", 3, 3, moves[:4], ()).draw(3, Random(0))) == 1


def test_neighbours_are_what_stands_nearest_in_lists_that_have_the_item() -> None:
    assert find_neighbours("3", [("1", "2", "3", "4"), ("9", "8"), ("3", "8")], 3) == ["2", "4", "8"]
