"""A live object still says what was applied, whatever others and the API server added."""

from typing import Any

import pytest

from interleaver.controller.cluster.containment import contains

CASES: dict[str, tuple[Any, Any, bool]] = {
    "defaults are added": ({"a": 1, "b": 2}, {"a": 1}, True),
    "a value was changed": ({"a": 2}, {"a": 1}, False),
    "a value was removed": ({}, {"a": 1}, False),
    "a nested value was changed": ({"spec": {"replicas": 3}}, {"spec": {"replicas": 1}}, False),
    "an empty value that is wanted may be missing": ({}, {"a": {}, "b": [], "c": "", "d": None}, True),
    "false is not empty": ({}, {"a": False}, False),
    "somebody added a container": (
        {"containers": [{"name": "injected"}, {"name": "model", "image": "m"}]},
        {"containers": [{"name": "model"}]},
        True,
    ),
    "a container is missing": ({"containers": [{"name": "a"}]}, {"containers": [{"name": "a"}, {"name": "b"}]}, False),
    "arguments were added": ({"args": ["a", "b"]}, {"args": ["a"]}, False),
    "arguments are in another order": ({"args": ["b", "a"]}, {"args": ["a", "b"]}, False),
    "a label was added to a selector": ({"selector": {"a": "1", "b": "2"}}, {"selector": {"a": "1"}}, False),
    "a label was added to an object": ({"labels": {"a": "1", "b": "2"}}, {"labels": {"a": "1"}}, True),
    "a list became something else": ({"containers": "x"}, {"containers": [{"name": "a"}]}, False),
    "an object became something else": ({"spec": 1}, {"spec": {"a": 1}}, False),
}


@pytest.mark.parametrize(("live", "wanted", "expected"), CASES.values(), ids=CASES.keys())
def test_whether_it_is_contained_when(live: Any, wanted: Any, expected: bool) -> None:
    assert contains(live, wanted) is expected


def test_thousands_of_variables_are_compared_each_with_one() -> None:
    class Counting(dict[str, object]):
        """Compares as what it is, and counts how often."""

        compared = 0

        def __eq__(self, other: object) -> bool:
            Counting.compared += 1
            return super().__eq__(other)

        __hash__ = None

    wanted = [{"name": f"V{number}"} for number in range(2000)]
    live = [Counting(one, value="") for one in wanted]
    assert contains(live, wanted)
    assert Counting.compared < 5 * len(wanted)
    Counting.compared = 0
    assert not contains(live[::-1], wanted), "so long a list is not searched"
    assert Counting.compared < 5 * len(wanted)
    few = wanted[:200]
    assert contains(few[::-1], few)
