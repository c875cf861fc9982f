"""What must hold when a request is disturbed, and the disturbed request itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from interleaver.lab.suites.suite import Request

SAME: Final = 1.0
"""The overlap of two equal lists."""


@dataclass(frozen=True)
class Demand:
    """What the answer to a disturbed request has to be. In time and in the contract's form it has to be always."""

    refusable: bool = False
    """Whether a status of 4xx is as good as an answer: the request is none that a client of the contract sends."""
    overlap: float | None = None
    """Least rank-biased overlap with the undisturbed answer; of scores, 1 asks for the same and nothing else counts."""
    never_falls: str | None = None
    """JSON spelling of an item that must not stand lower than before; of scores, the empty text: the score itself."""
    never_rises: str | None = None
    """The same the other way round."""


@dataclass(frozen=True)
class Disturbed:
    """One disturbed request. `kind` is what the table has a row for, `detail` what was done to this one."""

    kind: str
    detail: str
    body: bytes
    demand: Demand
    unit: str | None = None
    """Who asks, where that is changed."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those that are added."""
    make: Callable[[], Request] | None = None
    """Makes the request when its turn comes, in place of `body`: pictures are not all in memory."""
