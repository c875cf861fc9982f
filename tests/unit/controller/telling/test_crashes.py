"""The operator dies at any request around a verdict, and the receiver hears of it: at least once, and once by id."""

import pytest

from interleaver.controller.cluster.gateway import ClusterError
from tests.unit.controller.operators import FakeOperator
from tests.unit.controller.telling.test_messenger import (
    FakeReceiver,
    find_only,
    make_told,
    pass_turns,
    replace_process,
)

VISITS = 4  # from the verdict to when it is known to be told


def live_on(operator: FakeOperator, receiver: FakeReceiver) -> None:
    """A visit, and the answer after it. A process that dies is replaced; what it had under way arrives all the same."""
    try:
        operator.visit()
    except ClusterError:
        replace_process(operator, receiver)
        operator.visit()
    pass_turns()
    operator.cluster.clock.pass_by(1)


def list_moments() -> range:
    """The numbers of the requests from the verdict on."""
    operator = make_told(receiver := FakeReceiver())
    first = len(operator.cluster.requests) + 1
    for _ in range(VISITS):
        live_on(operator, receiver)
    return range(first, len(operator.cluster.requests) + 1)


@pytest.mark.parametrize("moment", list_moments())
def test_whenever_the_operator_dies_a_verdict_is_told_and_has_one_id(moment: int) -> None:
    receiver = FakeReceiver()
    operator = make_told(receiver)
    operator.cluster.failures[moment] = ClusterError(0, "killed")
    for _ in range(VISITS + 2):
        live_on(operator, receiver)
    assert not operator.cluster.failures, "it did die"
    delivery = find_only(operator)
    assert delivery["state"] == "Delivered"
    assert {id_ for id_, _ in receiver.got} == {delivery["id"]}
    assert len(receiver.got) <= 2, "what was told is told again by a crash alone"
