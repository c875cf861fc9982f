"""Answers that are remembered by the identity of what they are about."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, Generic, TypeVar

KEPT: Final = 32  # one visit asks a dozen times about one spec and one ledger, and then for long never again

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class Same(Generic[Asked]):
    """A value told apart by identity. It is held, so that no other value can come to have its identity."""

    def __init__(self, value: Asked) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def once(function: Callable[[Asked], Answered]) -> Callable[[Asked], Answered]:
    """The function, with its last answers remembered.

    For arguments that never change but hold dicts, of which no hash can be taken. The answer is shared by all that ask,
    so it must never be changed either.
    """

    @lru_cache(maxsize=KEPT)
    def answer(same: Same[Asked]) -> Answered:
        return function(same.value)

    @wraps(function)
    def ask(value: Asked) -> Answered:
        return answer(Same(value))

    return ask
