"""How a vote goes through a shared store: what the page says it passes there, and there alone."""

from tests.router.redis import Redis
from tests.walks.page import read_files
from tests.walks.vote import walk_vote

MEMORY = "router/votes/memory.py"


def test_the_page_tells_the_way_of_a_vote_through_a_shared_store_as_it_is(shared_redis: Redis) -> None:
    files, usual = walk_vote(shared_redis.url).files, read_files("The way of a vote")
    assert [file for file in files if file not in usual] == read_files("The way of a vote through a shared store")
    assert set(usual) - set(files) == {MEMORY}
