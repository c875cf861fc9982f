"""How a command is given and taken: annotations are written, and the status is read until it says so.

The operator takes each command once, when it sees it. One that was taken already is therefore taken away first, and
given again when the operator has noticed.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from interleaver.plugin.ordering.order import Order
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal

PERIOD: Final = 0.5  # seconds between two looks


class Hand(NamedTuple):
    """What reads and writes an experiment, and the time."""

    read: Callable[[], Told]
    annotate: Callable[[Told, dict[str, str | None]], object]
    clock: Callable[[], float]
    sleep: Callable[[float], None]


class Taken(NamedTuple):
    """What became of a command: it was so before, or is so now, or may still be taken."""

    was_so: bool = False
    is_so: bool = False


def give(order: Order, told: Told, value: str, hand: Hand, timeout: float | None) -> Taken:
    """Give the command and wait until the operator has taken it, if a time is given. Raises Refusal when the operator
    will not obey."""
    end = hand.clock() + (timeout or 0)
    if order.is_so(told, value):
        return Taken(was_so=True, is_so=True)
    if told.has_taken(order.annotation):
        hand.annotate(told, {order.annotation: None})
        await_taken(lambda now: not now.has_taken(order.annotation), hand, end)
    hand.annotate(told, {order.annotation: value, **dict.fromkeys(order.undoes)})
    if timeout is None or order.is_early(told):
        return Taken()
    return Taken(is_so=await_taken(lambda now: is_over(order, now, value), hand, end))


def is_over(order: Order, told: Told, value: str) -> bool:
    """Whether the command is obeyed. Raises Refusal when it will not be."""
    if failure := order.find_failure(told):
        raise Refusal(f"the operator does not obey. {failure}")
    return order.is_so(told, value)


def await_taken(holds: Callable[[Told], bool], hand: Hand, end: float) -> bool:
    """Whether something came to hold in time. An API server that is away meanwhile only takes time."""
    while True:
        try:
            if holds(hand.read()):
                return True
        except Refusal as error:
            if not error.passes:
                raise
        if hand.clock() >= end:
            return False
        hand.sleep(PERIOD)
