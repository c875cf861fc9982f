"""Answers remembered by identity: asked once, and never mixed up."""

from interleaver.api.once import KEPT, latest, once


def make() -> tuple[list[object], once[dict[str, int], int]]:
    """A function that writes down what it is asked, and the list of that."""
    asked: list[object] = []

    @once
    def count(value: dict[str, int]) -> int:
        asked.append(value)
        return value["count"]

    return asked, count


def test_one_value_is_asked_about_once() -> None:
    asked, count = make()
    value = {"count": 3}
    assert [count(value), count(value)] == [3, 3]
    assert len(asked) == 1


def test_an_equal_value_is_another_one() -> None:
    asked, count = make()
    assert [count({"count": 3}), count({"count": 3})] == [3, 3]
    assert len(asked) == 2


def test_a_value_that_is_gone_leaves_its_answer_to_nobody() -> None:
    """Python gives a new dict the place of one that was freed, and so its identity."""
    _, count = make()
    assert [count({"count": number}) for number in range(10 * KEPT)] == list(range(10 * KEPT))


def test_an_answer_that_somebody_has_is_not_asked_for() -> None:
    asked, count = make()
    value = {"count": 3}
    assert count.remember(value, 4) == 4
    assert count(value) == 4
    assert asked == []


def test_an_error_is_not_remembered() -> None:
    _, count = make()
    broken: dict[str, int] = {}
    for _ in range(2):
        try:
            count(broken)
        except KeyError:
            broken["count"] = 1
    assert count(broken) == 1


def test_of_what_holds_much_the_last_alone_is_kept() -> None:
    asked: list[object] = []

    @latest
    def count(value: dict[str, int]) -> int:
        asked.append(value)
        return value["count"]

    one, other = {"count": 1}, {"count": 2}
    assert [count(one), count(one), count(other), count(one)] == [1, 1, 2, 1]
    assert asked == [one, other, one]
