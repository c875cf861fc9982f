"""`interleaver plan` reads the votes a day off a live router."""

from argparse import Namespace
from typing import Any

import pytest

from interleaver.cli import make_parser
from interleaver.simulate.program import read_traffic
from tests.router.conftest import Stage

DAY = 86_400


def vote(stage: Stage, *units: str) -> None:
    """Each unit converts on the item at the top of its list."""
    for unit in units:
        answer = stage.router.rank(unit)
        event = {"impression": answer.header("X-Interleaver-Impression"), "item": answer.json()["items"][0]["id"]}
        assert stage.router.feed_back(event).json()["accepted"] == 1


def read_options(stage: Stage, *options: str) -> Namespace:
    url = f"http://127.0.0.1:{stage.router.admin_port}/metrics"
    return make_parser().parse_args(["plan", "--metrics-url", url, *options])


def test_all_votes_count_in_one_reading_and_those_in_between_in_two(make_stage: Any) -> None:
    stage = make_stage().start()
    vote(stage, "a", "b", "c", "d")
    ever = read_traffic(read_options(stage, "--percent", "50"))
    assert "4 votes in " in ever.words[0]
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        vote(stage, "e", "f", "f")

    now = read_traffic(read_options(stage, "--percent", "50", "--over", "90s"), wait)
    assert waited == [90]
    assert "2 votes in " in now.words[0]
    assert now.votes_per_day > 2 * DAY / 60 / 0.5, "two votes came within a minute"


def test_two_readings_without_a_vote_between_them_are_refused(make_stage: Any) -> None:
    stage = make_stage().start()
    vote(stage, "a")
    with pytest.raises(ValueError, match="let more time pass"):
        read_traffic(read_options(stage, "--over", "1h"), lambda seconds: None)
