"""Model servers on loopback: one that is robust, one that is fragile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.router.model_servers import Loop, Model
from tests.unit.lab.suites.folders import CONTRACT, RANKING, make_ranking

from .shops import Fragile, answer_robustly, make_queries


@pytest.fixture
def robust(loop: Loop) -> Iterator[Model]:
    """A server that holds what must hold."""
    model = Model(loop, answer_robustly).start()
    yield model
    model.stop()


@pytest.fixture
def fragile(loop: Loop) -> Iterator[Model]:
    """A server that does not."""
    model = Model(loop, Fragile()).start()
    yield model
    model.stop()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A suite of queries with a history; the unit is in the body."""
    contract = {**CONTRACT, "unit": {"pointer": "/user"}, "depth": 10}
    return make_ranking(tmp_path, description={**RANKING, "contract": contract}, **make_queries())
