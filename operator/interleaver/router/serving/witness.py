"""What the outcomes of ranking calls lead to beside the answer: log lines, and the candidate's breaker."""

from collections.abc import Callable
from typing import Final

from interleaver.api.routing import Config
from interleaver.router.http1.message import Answer
from interleaver.router.models.call import Failure
from interleaver.router.system.log import record
from interleaver.router.system.sampling import Sampling

from .breaker import Breaker, Move

EVENTS: Final = {Move.TRIP: "breaker-opened", Move.RELAPSE: "breaker-probe-failed", Move.RECOVER: "breaker-closed"}


class Witness:
    """Sees the outcome of every ranking call to one model, once, when it is known."""

    __slots__ = ("breaker", "event", "log", "name")

    def __init__(self, model: str, name: str, log: Sampling, breaker: Breaker | None = None) -> None:
        self.event = f"{model}-failed"
        self.name = name  # of the revision
        self.log = log
        self.breaker = breaker

    def note(self, outcome: Answer | Failure, ticket: int, now: float, excused: bool = False) -> None:
        """The outcome of a call. `ticket` is the breaker's; without a breaker it says nothing.

        An excused failure is told to people, and says nothing of the model to the breaker.
        """
        failed = is_failure(outcome)
        if self.breaker is not None:
            self.breaker.note(ticket, None if excused else failed, now)
        if failed is not False:
            fields = {} if isinstance(outcome, Failure) else {"status": outcome.head.status}
            kind = outcome.value if isinstance(outcome, Failure) else "status"
            self.log.record(now, self.event, kind, revision=self.name, **fields)


class Witnesses:
    """The witnesses of both models, as of the configuration in force."""

    def __init__(self, log: Sampling, write: Callable[..., None] = record) -> None:
        self.log = log
        self.write = write
        self.trial: tuple[str | None, str, str] | None = None
        self.opened = 0  # how often breakers opened since the process began
        self.breaker = Breaker()
        self.champion = Witness("champion", "", log)
        self.candidate = Witness("candidate", "", log, self.breaker)

    def adopt(self, config: Config) -> None:
        """Another run, or a candidate at another address, begins with a closed breaker."""
        self.champion = Witness("champion", config.serving.revision, self.log)
        candidate = config.candidate
        trial = (config.run, candidate.revision, candidate.url) if candidate is not None else None
        if trial != self.trial:
            self.trial, self.breaker = trial, Breaker(self.tell)
        self.candidate = Witness("candidate", candidate.revision if candidate else "", self.log, self.breaker)

    def tell(self, move: Move, breaker: Breaker) -> None:
        """A breaker moved: at most two lines each time that it waits, which is a second at least."""
        if breaker is not self.breaker or self.trial is None:
            return  # that of a candidate which has left
        self.opened += move is Move.TRIP
        if move in EVENTS:
            run, revision, _ = self.trial
            wait = breaker.wait if move is not Move.RECOVER else None
            self.write(EVENTS[move], run=run, candidate=revision, next_probe_seconds=wait)


def is_failure(outcome: Answer | Failure) -> bool | None:
    """Whether an outcome speaks against the model's health; None when it does not speak of it.

    Refused, closed, garbled, too late, or an error of its own. A 4xx may be the client's fault, and the model answered
    in time. An answer without a usable list came in time as well: a breaker would hide it behind another reason, while
    the fallbacks' own reason tells what must be mended. Shed is our own queue: a burst would open the breaker of a
    model that keeps up, and one that does not will time out.
    """
    if isinstance(outcome, Failure):
        return None if outcome is Failure.SHED else True
    return outcome.head.status >= 500
