"""Where a run that is Running stands: what one visit found, for all that decide by it or tell of it."""

from dataclasses import replace
from typing import NamedTuple

from interleaver.experiment.deciding.decision import Facts, missing
from interleaver.experiment.deciding.ramp import Rung, is_at_top


class Standing(NamedTuple):
    """The facts after the ramp was climbed, and why it holds, in words; empty when it does not."""

    facts: Facts
    holds: str


def stand(facts: Facts, rung: Rung) -> Standing:
    """Where a run stands on a rung: of the facts, only the top of the ramp may have been reached by it."""
    return Standing(replace(facts, at_top=is_at_top(rung.run)), rung.words)


def explain_standing(standing: Standing) -> str:
    """What the run waits for, in words."""
    return "; ".join(words for words in (standing.holds, *missing(standing.facts)) if words)
