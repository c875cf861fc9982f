"""What experiments at rest cost is held to bounds only where the time of rest says something of it."""

from bench.operator.measuring import Rest
from bench.operator.page import OURS, PEER, list_goals


def find_words(seconds: float) -> list[str]:
    rests = [
        Rest(OURS, 100, seconds, 30, 0.3, 150.0),
        Rest(OURS, 200, seconds, 50, 0.6, 160.0),
        Rest(PEER, 200, seconds, 2, 0.1, 100.0),
    ]
    return [goal.words for goal in list_goals({"rests": [tuple(rest) for rest in rests], "start": 20.0})]


def test_a_time_with_a_list_of_everything_in_it_is_compared_and_a_shorter_one_is_not() -> None:
    assert len(find_words(601.0)) == 7
    assert find_words(181.0) == ["from the start of the process until all were visited"]
