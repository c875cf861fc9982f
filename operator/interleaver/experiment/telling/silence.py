"""A silence: all that was counted since the last vote of a run, or since its start. Pure values for the rules."""

from dataclasses import dataclass
from functools import cached_property

from interleaver.api import names
from interleaver.api.status import Flow, Run
from interleaver.experiment.counting.counts import Counts, pick
from interleaver.experiment.view import View


@dataclass(frozen=True)  # without slots, so that what is derived is added up once
class Silence:
    """What came since the last vote."""

    run: Run
    seconds: float  # since then
    counts: Counts  # since then
    former: Counts  # before

    @property
    def blind(self) -> bool:
        """Whether a router is too old to count requests without a unit."""
        return self.run.flow is not None and self.run.flow.blind

    @property
    def heavy(self) -> dict[str, int]:
        """Units that send more than 5 % of the requests, and their share in percent."""
        return self.run.flow.heavy if self.run.flow else {}

    @cached_property
    def unitless(self) -> dict[str, int]:
        """Requests without a unit, by reason."""
        return pick(self.counts, "unitless", names.UNITLESS_REASONS)

    @cached_property
    def passed(self) -> dict[str, int]:
        """Requests that are no ranking requests of the run, by reason."""
        return pick(self.counts, "passed", names.PASSED_REASONS)

    @cached_property
    def feedback(self) -> dict[str, int]:
        """Events by result."""
        return pick(self.counts, "feedback", names.FEEDBACK_RESULTS)

    @cached_property
    def fallbacks(self) -> dict[str, int]:
        """Requests without a comparison, by reason."""
        return pick(self.counts, "fallbacks", names.FALLBACK_REASONS)

    @property
    def interleaved(self) -> int:
        return count_family(self.counts, "requests")

    @property
    def alone(self) -> int:
        """Requests of the champion-only arm."""
        return count_family(self.counts, "alone")

    @property
    def ranking(self) -> int:
        """Ranking requests, with a unit or without."""
        return self.interleaved + self.alone + sum(self.unitless.values())

    @property
    def elsewhere(self) -> int:
        """Requests on another path, or by another method."""
        return self.passed["path"] + self.passed["method"]

    @property
    def merged(self) -> int:
        """Lists of both models that were shown."""
        return max(0, self.interleaved - sum(self.fallbacks.values()))

    @property
    def events(self) -> int:
        return sum(self.feedback.values())

    @property
    def slots_apart(self) -> int:
        """Slots of merged lists that one model alone filled."""
        return self.counts.get("slots.champion", 0) + self.counts.get("slots.candidate", 0)

    @property
    def slots_shared(self) -> int:
        """Slots whose item both models proposed."""
        return self.counts.get("slots.neutral", 0)

    @property
    def votes_due(self) -> float:
        """Votes that as many requests, of whatever kind, brought before."""
        before, votes = count_requests(self.former), self.run.flow.votes if self.run.flow else 0
        return votes * count_requests(self.counts) / before if before else 0.0


def count_family(counts: Counts, family: str) -> int:
    return sum(number for name, number in counts.items() if name.startswith(family + "."))


def count_requests(counts: Counts) -> int:
    """All requests, those that are none of the run included."""
    return sum(count_family(counts, family) for family in ("requests", "alone", "unitless", "passed"))


def measure_silence(view: View, run: Run, flow: Flow) -> Silence:
    """What came since the last vote of a run that is Running."""
    counts = {name: number - flow.before.get(name, 0) for name, number in flow.whole.items()}
    return Silence(run, view.elapsed(flow.since), counts, flow.before)


def measure_whole(run: Run, flow: Flow) -> Silence:
    """All that a run counted, as if nothing had come of it."""
    return Silence(run, 0.0, flow.whole, {})


def find_greatest(counts: Counts) -> str:
    """The name of the greatest count."""
    return max(counts, key=lambda name: counts[name])
