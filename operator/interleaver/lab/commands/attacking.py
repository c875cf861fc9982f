"""Drives attempts on one model: asks for all of them at once, counts every request, and stops at the bounds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.asking.asking import ask
from interleaver.lab.asking.options import Options
from interleaver.lab.robustness.attempts import Attempt
from interleaver.lab.robustness.plan import Planning, keep
from interleaver.lab.suites.suite import Request, Suite

Asked = tuple[str, str, Request]
"""Name, unit, and what is sent."""


@dataclass
class Driver:
    """One model under attack."""

    suite: Suite
    url: str
    options: Options
    most: int
    """Requests that may be sent."""
    seconds: float
    clock: Callable[[], float] = time.monotonic
    sent: int = 0
    ended: str = ""
    broken_off: bool = False

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """The time begins to run."""
        self.due = self.clock() + self.seconds

    def ask(self, asked: Sequence[Asked]) -> list[Any]:
        """What the model says to each; None where it says nothing, or may not be asked any more."""
        allowed = asked[: self.count_left()]
        if len(allowed) < len(asked) and not self.ended:
            self.ended = f"the bound of {self.most:,} requests was reached"
        if not allowed:
            return [None] * len(asked)
        planning = Planning(self.suite)
        for place, (name, unit, request) in enumerate(allowed):
            planning.append(f"{name} #{place}", unit, partial(keep, request))
        answers = ask(planning.finish("attack").suite, self.url, self.options)
        self.sent += int((answers.states != State.NOT_ASKED).sum())
        if answers.stopped:
            self.ended, self.broken_off = answers.stopped, True
        return [*read(answers), *[None] * (len(asked) - len(allowed))]

    def count_left(self) -> int:
        """Requests that may be sent now."""
        if self.clock() >= self.due and not self.ended:
            self.ended = f"the bound of {self.seconds:g} s was reached"
        return 0 if self.ended else self.most - self.sent

    def attack(self, attempts: Sequence[Attempt[Any]], unit_of: Callable[[Attempt[Any]], str]) -> None:
        """Every attempt to its end, or to the bounds. Each success is asked anew at once."""
        for attempt in attempts:
            attempt.start()
        while not self.ended and (live := [each for each in attempts if each.proposal is not None]):
            asked = [(each.case, unit_of(each), each.proposal.request) for each in live if each.proposal]
            for attempt, answer in zip(live, self.ask(asked), strict=True):
                if answer is not None or not self.ended:
                    attempt.take(answer)
            self.verify(attempts, unit_of)

    def verify(self, attempts: Sequence[Attempt[Any]], unit_of: Callable[[Attempt[Any]], str]) -> None:
        """Ask anew what seemed to succeed: a model that answers by chance is not cheated."""
        new = [(each, at) for each in attempts for at in range(len(each.found)) if at not in each.verified]
        fresh = self.ask([(each.case, unit_of(each), each.found[at][1].request) for each, at in new]) if new else []
        for (attempt, at), answer in zip(new, fresh, strict=True):
            attempt.verified[at] = answer is not None and attempt.found[at][1].succeeds(answer)


def read(answers: Answers) -> list[Any]:
    """The score or ranking of each request."""
    values: Sequence[Any] = () if answers.rankings is None else answers.rankings
    if answers.scores is not None:
        values = answers.scores.tolist()
    return [value if has else None for value, has in zip(values, answers.answered.tolist(), strict=True)]
