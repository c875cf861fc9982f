"""What the status says about position, on a real API server."""

import pytest

from interleaver.api.status import Position
from interleaver.stats.position import RANKS
from tests.integration.documents import load
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster

RUN = {"id": "r", "planHash": "h", "plan": {}, "stage": "Running", "startedAt": "t"}


def make_position(ranks: int) -> Position:
    """A position with a curve over so many ranks."""
    low, curve, high = (["1", *[value] * (ranks - 1)] for value in ("0.0123", "1.23e-05", "5.18e+21"))
    return Position(curve=curve, curve_low=low, curve_high=high, preference="-0.0104", interval=["-0.5000", "0.4999"])


def test_the_longest_curve_is_stored_as_it_was_written(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    written = make_position(RANKS).to_dict()
    assert kubectl.patch_status("home-feed", {"run": RUN | {"position": written}}).ok
    assert kubectl.experiment()["status"]["run"]["position"] == written


def test_a_curve_beyond_what_routers_tell_apart_is_refused(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    position = make_position(RANKS).to_dict()
    position["curve"] = [*position["curve"], "0.1"]
    result = kubectl.patch_status("home-feed", {"run": RUN | {"position": position}})
    assert not result.ok
    assert "position.curve" in result.err
