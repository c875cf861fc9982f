"""What a suite can show of a gate's rules: what would be told on each slice, and what equal models come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from interleaver.lab.gate.bounds import limit_of
from interleaver.lab.gate.outcome import Level
from interleaver.lab.gate.power import PROBABILITY, distance_told, probability, units_for
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.rules import Bound, Kind, Rule
from interleaver.lab.gate.slices import list_slices
from interleaver.lab.gate.spread import Spread
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import Slice
from interleaver.lab.terms.metric import Metric


@dataclass(frozen=True)
class Showing:
    """What can be told of one bound of one rule on one slice."""

    rule: int
    """From 1."""
    metric: str
    slice: Slice
    bound: str
    level: Level
    spread: Spread
    """Units, and the standard error to expect, with what it was taken from."""
    told: float | None = None
    """How far the truth has to be from the bound to be told with probability 0.8; None where that is not known."""
    equal: float | None = None
    """How likely the rule holds for a candidate that is as good as the champion; None where that is not known."""
    words: str = ""


def show_power(
    gate: Gate, suite: Suite, metrics: Mapping[str, Metric], spreads: Mapping[tuple[str, Slice, bool], Spread]
) -> Iterator[Showing]:
    """Every bound of every rule on every slice, in the gate's order.

    `spreads` has the standard error of each metric on each slice, of the value (False) and of the difference (True).
    """
    for number, rule in enumerate(gate.rules, 1):
        for cut in list_slices(rule.slices, suite.cases):
            for bound in rule.bounds:
                spread = spreads[rule.metric, cut, bound.kind.comparing]
                shown = Showing(number, rule.metric, cut, str(bound), rule.level, spread)
                yield _Prospect(shown, rule, bound, metrics[rule.metric], gate.confidence).tell()


def hold_all(showings: Sequence[Showing]) -> float | None:
    """How likely a candidate that is as good as the champion holds all comparing rules that block, were their slices
    independent; None where one of them is not known."""
    chances = [shown.equal for shown in showings if shown.level is Level.BLOCK and shown.bound.startswith("notWorse")]
    return prod(chance for chance in chances if chance is not None) if chances and None not in chances else None


@dataclass(frozen=True)
class _Prospect:
    """One bound, before anybody was asked."""

    shown: Showing
    rule: Rule
    bound: Bound
    metric: Metric
    confidence: float

    def tell(self) -> Showing:
        spread = self.shown.spread
        least = max(self.rule.minimum, 2 if self.metric.sampled else 1)
        if spread.units < least:
            return self._say(f"is never told: {spread.units:,} units of at least {least:,}", told=None, equal=0.0)
        if not self.metric.sampled:
            return self._say("is decided as it stands, whatever the number of units")
        if spread.error is None:
            return self._say(spread.why)
        if self.bound.number.relative and spread.champion is None:
            return self._say("is a share of a value that is not known yet; give --answers of the champion")
        told = distance_told(spread.error, spread.units, self.confidence)
        return self._compare(told) if self.bound.kind.comparing else self._value(told)

    def _compare(self, told: float) -> Showing:
        """Equal models are 0 apart: what lies between 0 and the limit is what such a candidate has to spare."""
        spread = self.shown.spread
        assert spread.error is not None
        limit = limit_of(self.bound, spread.champion or 0.0)
        spare = -limit.at if limit.floor else limit.at
        equal = probability(spare, spread.error, spread.units, self.confidence)
        margin = f"{abs(limit.at):.4g}"
        if self.bound.kind is Kind.BETTER_BY:
            words = f"tells a candidate that is better by {told + limit.at:.4g}"
            return self._say(f"{words}; one that is no better does not pass, as is right", told, equal)
        words = f"tells a margin of {told:.4g}; equal models hold {margin} with probability {equal:.2g}"
        if equal < PROBABILITY:
            needed = units_for(spare, spread.error, spread.units, self.confidence)
            words += f"; {PROBABILITY} takes about {needed:,} units" if needed else "; no number of units makes it more"
        return self._say(words, told, equal)

    def _value(self, told: float) -> Showing:
        spread = self.shown.spread
        assert spread.error is not None
        limit = limit_of(self.bound, 0.0)
        takes = limit.at + told if limit.floor else limit.at - told
        words = f"takes a value of {takes:.4g} or {'more' if limit.floor else 'less'}"
        if spread.reach and not spread.reach[0] <= takes <= spread.reach[1]:
            words += ", which there is not"
        if spread.champion is None:
            return self._say(words, told)
        spare = spread.champion - limit.at if limit.floor else limit.at - spread.champion
        equal = probability(spare, spread.error, spread.units, self.confidence)
        return self._say(
            f"{words}; the champion's {spread.champion:.4g} passes with probability {equal:.2g}", told, equal
        )

    def _say(self, words: str, told: float | None = None, equal: float | None = None) -> Showing:
        shown = self.shown
        return Showing(
            shown.rule, shown.metric, shown.slice, shown.bound, shown.level, shown.spread, told, equal, words
        )
