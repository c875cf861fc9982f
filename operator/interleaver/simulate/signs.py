"""Signs: what the counts of many runs say at one look, as far as a rule asks for it."""

from dataclasses import dataclass

from interleaver.simulate.moments import Flags, Integers


@dataclass(frozen=True, slots=True)
class Signs:
    """One flag for each run."""

    on_par: Flags  # proven at this look
    harmful: Flags  # before on par was first proven worse than equal, from then on worse than the margin
    suspect: Flags  # the ramp waits
    breached: Flags  # a guardrail is
    excess: Flags  # of requests that ended without a comparison of late
    skewed: Flags  # coins do not fall as they should, or votes look invented

    def of(self, rows: Integers) -> "Signs":
        """The signs of some of the runs."""
        return Signs(*(getattr(self, sign)[rows] for sign in self.__dataclass_fields__))
