"""Shoppers look down the list with falling attention and stop at the first film they like."""

from collections import Counter
from itertools import islice
from random import Random

import pytest
from demo.behaviour import PERSISTENCE, count_seen, pick_film, plan_visits


def test_attention_falls_by_the_persistence_with_every_place() -> None:
    random = Random(1)
    seen = Counter(count_seen(20, random) for _ in range(20_000))
    reached = [sum(count for places, count in seen.items() if places >= place) / 20_000 for place in (1, 2, 10, 20)]
    assert reached == pytest.approx([PERSISTENCE**0, PERSISTENCE**1, PERSISTENCE**9, PERSISTENCE**19], abs=0.015)


def test_nobody_looks_further_than_the_list_goes() -> None:
    assert {count_seen(0, Random(seed)) for seed in range(20)} == {0}
    assert max(count_seen(3, Random(seed)) for seed in range(200)) == 3


def test_the_first_liked_film_ends_the_visit() -> None:
    assert pick_film([5, 6, 7], {6, 5}, Random(1)) == 5


def test_a_visit_without_a_liked_film_ends_without_one() -> None:
    assert pick_film([5, 6, 7], {8}, Random(1)) is None


def test_a_liked_film_below_what_was_seen_is_not_found() -> None:
    found = [pick_film([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], {10}, Random(seed)) for seed in range(500)]
    assert 0.25 < found.count(10) / 500 < 0.55


def test_in_every_pass_each_user_comes_once_in_another_order() -> None:
    users = [3, 1, 2, 9, 8, 7, 5]
    visits = list(islice(plan_visits(users, 1), 3 * len(users)))
    orders = [[user for number, user, _ in visits if number == each] for each in range(3)]
    assert all(sorted(order) == sorted(users) for order in orders)
    assert orders[0] != orders[1]


def test_a_visits_randomness_depends_on_seed_pass_and_user_alone() -> None:
    few = {(number, user): random.random() for number, user, random in islice(plan_visits([1, 2], 4), 4)}
    many = {(number, user): random.random() for number, user, random in islice(plan_visits(range(50), 4), 100)}
    other = {(number, user): random.random() for number, user, random in islice(plan_visits([1, 2], 5), 4)}
    assert all(many[visit] == value for visit, value in few.items())
    assert len(set(few.values())) == 4
    assert not set(few.values()) & set(other.values())
