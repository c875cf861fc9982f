"""How far a merged request goes: a stranger who follows it opens so many files, and turns so many pages.

And that the page tells its way, and that of a vote, as they are.
"""

import pytest

from tests.walks.page import read_files
from tests.walks.request import walk_request
from tests.walks.trace import Walk
from tests.walks.vote import walk_vote

MOST_FILES = 24
MOST_CROSSINGS = 60  # calls from a file to another one


@pytest.fixture(scope="module")
def walk() -> Walk:
    return walk_request()


def test_a_merged_request_passes_few_files(walk: Walk) -> None:
    assert len(walk.files) <= MOST_FILES, walk.files


def test_a_merged_request_seldom_goes_from_one_file_to_another(walk: Walk) -> None:
    assert walk.crossings <= MOST_CROSSINGS


def test_the_page_tells_the_way_of_a_merged_request_as_it_is(walk: Walk) -> None:
    assert read_files("The way of a merged request") == walk.files


def test_the_page_tells_the_way_of_a_vote_as_it_is() -> None:
    assert read_files("The way of a vote") == walk_vote().files
