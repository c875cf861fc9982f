"""How far a look goes, and that it is not asked twice what it was asked before."""

import pytest

from tests.walks.look import count_repeats, walk_look
from tests.walks.page import read_files
from tests.walks.trace import Walk

MOST_FILES = 107
MOST_CROSSINGS = 865  # calls from a file to another one
MOST_REPEATS = 13  # answers about the run that had been given before at the same look


@pytest.fixture(scope="module")
def walk() -> Walk:
    return walk_look()


def test_a_look_passes_so_many_files_and_no_more(walk: Walk) -> None:
    assert len(walk.files) <= MOST_FILES, walk.files
    assert walk.crossings <= MOST_CROSSINGS


def test_a_look_asks_little_twice(walk: Walk) -> None:
    repeats = count_repeats(walk)
    assert repeats.total() <= MOST_REPEATS, repeats


def test_a_look_is_the_same_walk_every_time(walk: Walk) -> None:
    again = walk_look()
    assert [call[:3] for call in again.calls] == [call[:3] for call in walk.calls]


def test_the_page_tells_the_way_of_a_look_as_it_is(walk: Walk) -> None:
    told = [file for file in walk.files if not file.startswith("api/")]  # words that are spoken everywhere
    assert read_files("The way of a look") == told
