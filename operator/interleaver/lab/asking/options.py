"""How a model is asked."""

from dataclasses import dataclass
from math import inf
from pathlib import Path

from interleaver.lab.terms.unusable import Unusable

from .shard import WHOLE, Shard


@dataclass(frozen=True)
class Options:
    """Each default has its unit and reason under it."""

    concurrency: int = 16
    """Requests in flight, one on each connection: what a small model server takes without queueing much."""
    timeout: float = 30.0
    """Seconds that one attempt may take, from connecting to the answer's last byte. The lab is patient: what is slow
    shows in the latency."""
    retries: int = 3
    """Attempts after the first one, where a server was not reached, was too slow, or answered 408, 425, 429 or 5xx."""
    file: Path | None = None
    """The answer file, which is gone on with if it is there. None keeps the answers in memory alone."""
    seed: int = 0
    """Of all that is drawn: which cases are asked twice, and how long a retry waits."""
    share_twice: float = 0.01
    """Share of cases that are asked a second time, drawn at random: a hundredth shows what does not come out the same,
    and costs as much more."""
    patience: float = 10.0
    """Seconds without any answer after which a server that fails is left alone: enough for a process to restart."""
    failures: int = 20
    """Failed attempts in a row, beside those that were in flight, before it is: one failure is an accident."""
    first_wait: float = 0.25
    """Seconds before the first retry; each further one waits twice as long."""
    longest_wait: float = 30.0
    """Seconds that a retry waits at most, whatever the server's Retry-After says."""
    most_bytes: int = 16 * 1_048_576
    """Of an answer's body, packed or not: what a router reads of a champion's."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request, such as a token of the model's; written to no file."""
    shard: Shard = WHOLE
    """Which cases are asked: all of them, unless several pods share them out."""

    def check(self) -> None:
        """Raises Unusable for what nothing can be asked with."""
        wrong = [
            (self.concurrency < 1, "concurrency", self.concurrency, "at least one request has to be in flight"),
            (not 0 < self.timeout < inf, "timeout", self.timeout, "give seconds, more than 0"),
            (self.retries < 0, "retries", self.retries, "give 0 or more"),
            (not 0 <= self.share_twice <= 1, "share_twice", self.share_twice, "give a share from 0 to 1"),
        ]
        for is_wrong, name, value, wanted in wrong:
            if is_wrong:
                raise Unusable(name, f"is {value}", wanted)
