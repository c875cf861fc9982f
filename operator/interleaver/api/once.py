"""Answers that are remembered by the identity of what they are about."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Final, Generic, TypeVar

KEPT: Final = 32  # one visit asks a dozen times about one spec and one ledger, and then for long never again

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class once(Generic[Asked, Answered]):
    """The function, with its last answers remembered.

    For arguments that never change but hold dicts, of which no hash can be taken. The answer is shared by all that ask,
    so it must never be changed either.
    """

    most = KEPT

    def __init__(self, function: Callable[[Asked], Answered]) -> None:
        self._function = function
        # By identity. The value is held, so that no other value can come to have its identity.
        self._kept: dict[int, tuple[Asked, Answered]] = {}
        update_wrapper(self, function)

    def __call__(self, value: Asked) -> Answered:
        """The answer about this very value."""
        if kept := self._kept.get(id(value)):
            return kept[1]
        return self.remember(value, self._function(value))

    def remember(self, value: Asked, answer: Answered) -> Answered:
        """Take the answer of somebody who has it already: whoever wrote a document need not read it again."""
        while len(self._kept) >= self.most:
            del self._kept[next(iter(self._kept))]
        self._kept[id(value)] = (value, answer)
        return answer


class latest(once[Asked, Answered]):
    """The same of the last argument alone: for those that hold much, such as all that was seen at a visit."""

    most = 1
