"""Stores of several servers, which tests of different faults share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.router.redis import Redis
from tests.router.redis_nodes import Watched


@pytest.fixture
def watched(make_redis: Callable[..., Redis], tmp_path: Path) -> Iterator[Watched]:
    """A primary, two replicas and three Sentinels."""
    watched = Watched(make_redis, tmp_path)
    try:
        yield watched.start()
    finally:
        watched.close()
