"""One attempt to cheat a model: a search that proposes requests and is told what came of them, within a bound. Pure.

Searches are generators: they yield what to ask and are sent what was answered, so that whoever drives them counts,
bounds, and asks for many attempts at once. What a search believes to be a success counts only once it was asked anew.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from interleaver.lab.suites.suite import Request

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Proposal(Generic[Answer]):
    """A request, what would make it a success, and how much was forged or changed for it."""

    request: Request
    succeeds: Callable[[Answer], bool]
    amount: int = 0
    what: Any = None
    """The forged picture or events, to be shown."""


Search = Generator[Proposal[Answer], Answer | None, None]


@dataclass
class Attempt(Generic[Answer]):
    """How one search goes on one case."""

    case: str
    attack: str
    size: int
    """Of the change, of 255; 0 where the attack has none."""
    search: Search[Answer]
    limit: int
    """Requests that it may have."""
    asked: int = 0
    found: list[tuple[int, Proposal[Answer]]] = field(default_factory=list)
    """Successes, each with the number of requests after which it came, and less forged than the one before."""
    verified: dict[int, bool] = field(default_factory=dict)
    """By place in `found`, whether a fresh call said the same."""
    proposal: Proposal[Answer] | None = None

    def start(self) -> None:
        """Have the first proposal."""
        self.advance(None, first=True)

    def take(self, answer: Answer | None) -> None:
        """What came of the proposal; None where no answer did."""
        proposal = self.proposal
        assert proposal is not None
        self.asked += 1
        better = not self.found or proposal.amount < self.found[-1][1].amount
        if answer is not None and proposal.succeeds(answer) and better:
            self.found.append((self.asked, proposal))
        self.advance(answer)

    def advance(self, answer: Answer | None, *, first: bool = False) -> None:
        """The next proposal, if there is one and it may be asked."""
        try:
            self.proposal = next(self.search) if first else self.search.send(answer)
        except StopIteration:
            self.proposal = None
        if self.asked >= self.limit:
            self.proposal = None

    @property
    def succeeded(self) -> Sequence[tuple[int, Proposal[Answer]]]:
        """Successes that a fresh call confirmed."""
        return [found for place, found in enumerate(self.found) if self.verified.get(place)]


def rate_by_requests(attempts: Sequence[Attempt[Answer]], requests: int) -> float:
    """Share of attempts that had succeeded after so many requests."""
    return share([any(asked <= requests for asked, _ in each.succeeded) for each in attempts])


def rate_by_amount(attempts: Sequence[Attempt[Answer]], amount: int) -> float:
    """Share of attempts that succeeded with so much forged, or less."""
    return share([any(found.amount <= amount for _, found in each.succeeded) for each in attempts])


def share(held: Sequence[bool]) -> float:
    return sum(held) / len(held) if held else 0.0
