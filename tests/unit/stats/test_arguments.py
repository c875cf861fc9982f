"""What public functions of the statistics do with arguments that no answer could make sense of: they refuse, by name.

Counts in arrays are the exception, for a simulation hands over millions of them.
"""

import inspect
from collections.abc import Callable, Iterator
from math import inf, isfinite, nan
from typing import Any, Final, get_args

import numpy as np
import pytest

from interleaver.stats import allocation, betting, guardrail, interval, overall, position, tally
from interleaver.stats.overall import Stratum
from interleaver.stats.tally import Tally

TALLY: Final = Tally(30, 5, 20)
STRATA: Final = [Stratum(10, 5, 50), Stratum(50, 40, 44)]
PLACED: Final = np.full(position.SHAPE, 3)

NONSENSE: Final[list[Any]] = [nan, inf, -inf, -1, True, False, np.True_, "1", "", None, 1j]
FRACTIONS: Final[list[Any]] = [0.5, 1.5, np.float64(2)]
NO_NUMBER: Final = [each for each in NONSENSE if each not in (inf, -inf, -1)]
NO_COUNT: Final = [*NONSENSE, *FRACTIONS]
OUTSIDE: Final = [*NONSENSE, 0, 1, 1.5, 2, 10**400]  # of the open unit interval
TOO_FEW: Final = [*NONSENSE, 0, 0.999, 10**400]  # votes to plan for
MIXTURES: Final = [*get_args(betting.Mixture)]
BEYOND_A_PERCENT: Final = [*NONSENSE, 0, 0.5, 100.5, 101]


def from_bar(least: Any, null_mean: Any, planned: Any, mixture: Any) -> betting.Floats:
    """ln of e-values from a bar on."""
    counts = np.tile(PLACED[:, 0], (betting.MANY, 1))
    return betting.log_e_values_from(least, counts, null_mean, planned, mixture)


# By function and argument: what it is called with, what it refuses, and what it takes.
ARGUMENTS: Final[dict[str, tuple[Callable[[Any], object], list[Any], list[Any]]]] = {
    "betting.log_e_value.null_mean": (
        lambda it: betting.log_e_value(TALLY, it, 600), [*NONSENSE, -0.1, 1.1, 2], [0, 0.5, 1, np.float64(0.3)],
    ),
    "betting.log_e_value.planned": (
        lambda it: betting.log_e_value(TALLY, 0.5, it), TOO_FEW, [1, 1.5, 600, np.int64(600), 10**30],
    ),
    "betting.log_e_values.null_mean": (
        lambda it: betting.log_e_values(PLACED[:, 0], it, 600).sum(), [*NONSENSE, -0.1, 1.1], [0, 0.5, 1],
    ),
    "betting.log_e_values.planned": (
        lambda it: betting.log_e_values(PLACED[:, 0], 0.5, it).sum(), TOO_FEW, [1, 1.5, 600],
    ),
    "betting.log_e_value.mixture": (lambda it: betting.log_e_value(TALLY, 0.5, 600, it), NONSENSE, MIXTURES),
    "betting.log_e_values.mixture": (
        lambda it: betting.log_e_values(PLACED[:, 0], 0.5, 600, it).sum(), NONSENSE, MIXTURES,
    ),
    "betting.log_e_values_from.least": (
        lambda it: np.isfinite(from_bar(it, 0.5, 600, "Planned")).sum(), NO_NUMBER, [-inf, -1, 0, 0.5, np.float64(2)],
    ),
    "betting.log_e_values_from.null_mean": (
        lambda it: from_bar(-inf, it, 600, "Planned").sum(), [*NONSENSE, -0.1, 1.1], [0, 0.5, 1],
    ),
    "betting.log_e_values_from.planned": (
        lambda it: from_bar(-inf, 0.5, it, "Planned").sum(), TOO_FEW, [1, 1.5, 600],
    ),
    "betting.log_e_values_from.mixture": (lambda it: from_bar(-inf, 0.5, 600, it).sum(), NONSENSE, MIXTURES),
    "betting.list_gains.null_mean": (
        lambda it: betting.list_gains(it, 600, "Planned")[0].sum(), [*NONSENSE, -0.1, 1.1], [0, 0.5, 1],
    ),
    "betting.list_gains.planned": (
        lambda it: betting.list_gains(0.5, it, "Planned")[0].sum(), TOO_FEW, [1, 1.5, 600],
    ),
    "betting.list_gains.mixture": (lambda it: betting.list_gains(0.5, 600, it)[0].sum(), NONSENSE, MIXTURES),
    "betting.mix_bets.planned": (lambda it: betting.mix_bets(it)[0].sum(), TOO_FEW, [1, 1.5, 600]),
    "betting.mix_bets.mixture": (lambda it: betting.mix_bets(600, it)[0].sum(), NONSENSE, MIXTURES),
    "interval.confidence_sequence.alpha": (
        lambda it: sum(interval.confidence_sequence(TALLY, it, 600)), OUTSIDE, [0.001, 0.05, 0.999],
    ),
    "interval.confidence_sequence.planned": (
        lambda it: sum(interval.confidence_sequence(TALLY, 0.05, it)), TOO_FEW, [1, 600, 10**30],
    ),
    "interval.confidence_sequence.mixture": (
        lambda it: sum(interval.confidence_sequence(TALLY, 0.05, 600, it)), NONSENSE, MIXTURES,
    ),
    "interval.bound_below.alpha": (
        lambda it: interval.bound_below(TALLY, it, 600, "Planned"), OUTSIDE, [0.001, 0.05, 0.999],
    ),
    "interval.bound_below.planned": (lambda it: interval.bound_below(TALLY, 0.05, it, "Planned"), TOO_FEW, [1, 600]),
    "interval.bound_below.mixture": (lambda it: interval.bound_below(TALLY, 0.05, 600, it), NONSENSE, MIXTURES),
    "guardrail.log_e_value.events": (
        lambda it: guardrail.log_e_value(it, 100, 0.02), NO_COUNT, [0, 1, 100, np.int64(3)],
    ),
    "guardrail.log_e_value.calls": (
        lambda it: guardrail.log_e_value(2, it, 0.02), [*NO_COUNT, 0, 1], [2, 100, np.int64(3), 10**30],
    ),
    "guardrail.log_e_value.limit": (lambda it: guardrail.log_e_value(2, 100, it), OUTSIDE, [0.001, 0.5, 0.999]),
    "guardrail.plan_calls.limit": (guardrail.plan_calls, OUTSIDE, [0.001, 0.5, 0.999]),
    "overall.log_e_value.drop": (
        lambda it: overall.log_e_value(STRATA, it, 600), [*NONSENSE, -0.1, 1, 1.5], [0, 0.05, 0.9],
    ),
    "overall.log_e_value.planned": (lambda it: overall.log_e_value(STRATA, 0.05, it), TOO_FEW, [1, 600]),
    "overall.weigh.drop": (
        lambda it: overall.weigh([10], PLACED[0, :1, :2], it, 600), [*NONSENSE, 1], [0, 0.05, 0.9],
    ),
    "overall.weigh.planned": (lambda it: overall.weigh([10], PLACED[0, :1, :2], 0.05, it), TOO_FEW, [1, 600]),
    "overall.weigh.percents": (
        lambda it: overall.weigh([it], PLACED[0, :1, :2], 0.05, 600), BEYOND_A_PERCENT, [1, 99, 100],
    ),
    "overall.share_interleaved.percent": (
        lambda it: overall.share_interleaved(it, 0.05), BEYOND_A_PERCENT, [1, 50, 100],
    ),
    "overall.share_interleaved.drop": (
        lambda it: overall.share_interleaved(50, it), [*NONSENSE, -0.1, 1, 2], [0, 0.05, 0.999],
    ),
    "overall.Stratum.percent": (lambda it: Stratum(it, 1, 1).champion, BEYOND_A_PERCENT, [1, 50, 100]),
    "overall.Stratum.interleaved": (lambda it: Stratum(10, it, 1).interleaved, NO_COUNT, [0, 1, np.int64(7), 10**30]),
    "overall.Stratum.champion": (lambda it: Stratum(10, 1, it).champion, NO_COUNT, [0, 1, np.int64(7), 10**30]),
    "allocation.log_e_value.counts": (
        lambda it: allocation.log_e_value((it, 5), (0.5, 0.5)), NO_COUNT, [0, 5, np.int64(7), 10**30],
    ),
    "allocation.log_e_value.shares": (
        lambda it: allocation.log_e_value((5, 5), (it, 0.5)), [*NONSENSE, 0, 0.4, 1, 10**400], [0.5, np.float64(0.5)],
    ),
    "position.estimate.alpha": (lambda it: read(position.estimate(PLACED, it, 600)), [*OUTSIDE, 0.5], [0.001, 0.499]),
    "position.estimate.planned": (lambda it: read(position.estimate(PLACED, 0.05, it)), TOO_FEW, [1, 600, 10**30]),
    "position.estimate.counts": (
        lambda it: read(position.estimate(np.full(position.SHAPE, it), 0.05, 600)),
        [nan, inf, -1, True, 0.5, "1", None], [2, 3, 10**6],
    ),
    "position.find_half_width.votes": (
        lambda it: position.find_half_width(it, 0.05, 600), [*NO_COUNT, 0], [1, 100, np.int64(7)],
    ),
    "position.find_half_width.alpha": (
        lambda it: position.find_half_width(100, it, 600), [*OUTSIDE, 0.5], [0.001, 0.499],
    ),
    "position.find_half_width.planned": (lambda it: position.find_half_width(100, 0.05, it), TOO_FEW, [1, 600]),
    "tally.Tally.wins": (lambda it: Tally(wins=it).votes, [*NO_COUNT, np.int64(7)], [0, 1, 10**30]),
    "tally.Tally.ties": (lambda it: Tally(ties=it).votes, [*NO_COUNT, np.int64(7)], [0, 1, 10**30]),
    "tally.Tally.losses": (lambda it: Tally(losses=it).votes, [*NO_COUNT, np.int64(7)], [0, 1, 10**30]),
}  # fmt: skip

# Values of ours, made by us, and arrays, of which each number would have to be looked at.
TAKEN_AS_THEY_ARE: Final = {
    "betting.log_e_value.tally",
    "betting.log_e_values.counts",
    "betting.log_e_values_from.counts",
    "betting.add_logs.logs",
    "interval.confidence_sequence.tally",
    "interval.bound_below.tally",
    "interval.find_root.evaluate",
    "interval.find_root.one",
    "interval.find_root.other",
    "interval._guess.a",
    "interval._guess.at_a",
    "interval._guess.b",
    "interval._guess.at_b",
    "interval._guess.c",
    "interval._guess.at_c",
    "overall.log_e_value.strata",
    "overall.estimate_drop.strata",
    "overall.weigh.converted",
    "allocation.log_e_values.counts",
    "allocation.log_e_values.shares",
    "position.weigh_votes.counts",
    "position.weigh_votes.chain",
    "position.Chain.counts",
    "position.limit_exp.logs",
}
RESULTS: Final = {position.Position}


def read(found: position.Position | None) -> float:
    """A number of an estimate."""
    assert found is not None
    return found.low + found.high


def list_arguments() -> Iterator[str]:
    """Every argument of every function and value that the modules define."""
    for module in (allocation, betting, guardrail, interval, overall, position, tally):
        for name, defined in vars(module).items():
            ours = getattr(defined, "__module__", "") == module.__name__ and defined not in RESULTS
            if ours and callable(defined) and not name.startswith("check_"):
                for argument in inspect.signature(defined).parameters:
                    yield f"{module.__name__.rpartition('.')[2]}.{name}.{argument}"


def test_no_argument_is_forgotten() -> None:
    assert set(list_arguments()) == set(ARGUMENTS) | TAKEN_AS_THEY_ARE


@pytest.mark.parametrize("where", ARGUMENTS)
def test_nonsense_is_refused_by_name_and_value(where: str) -> None:
    call, refused, taken = ARGUMENTS[where]
    for value in taken:  # first, for what was refused must not come out of what was kept of its equal
        assert isfinite(float(call(value)))  # type: ignore[arg-type]
    for value in refused:
        with pytest.raises(ValueError, match=where.rpartition(".")[2].rstrip("s")) as error:
            call(value)
        shown = value if where != "position.estimate.counts" else np.full(position.SHAPE, value)
        assert repr(shown) in str(error.value), (where, value)


def test_a_plan_of_one_vote_that_was_made_does_not_let_true_pass() -> None:
    assert isfinite(betting.log_e_value(TALLY, 0.5, 1))
    with pytest.raises(ValueError, match="planned must be a finite number of at least 1 vote, not True"):
        betting.log_e_value(TALLY, 0.5, True)


def test_more_votes_than_a_machine_word_holds_are_weighed() -> None:
    assert betting.log_e_value(Tally(2**64, 0, 0), 0.5, 600) == pytest.approx(2**64 * np.log1p(4 * 5.6 / 600**0.5 / 2))
    assert isfinite(overall.log_e_value([Stratum(10, 2**64, 0)], 0.05, 600))


def test_more_events_than_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="calls must be a whole number of at least 3, not 2"):
        guardrail.log_e_value(3, 2, 0.02)
