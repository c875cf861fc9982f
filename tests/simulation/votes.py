"""Simulated votes: streams of looks for many runs at once, and what the production code makes of them."""

from math import log

import numpy as np
import numpy.typing as npt

from interleaver.stats.betting import log_e_values

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LOOKS_A_DAY = 48
DAYS = 14
ALPHA, MARGIN, PLANNED = 0.05, 0.02, 2000  # the defaults of the API
BAR = log(1 / ALPHA)


def cast_votes(
    seed: int, runs: int, *, preference: float, tie_share: float, votes_a_day: int, days: int = DAYS
) -> Counts:
    """Tallies at every look, shape (runs, looks, 3), of votes whose true preference is as given."""
    win = (1 - tie_share) / 2 + preference
    law = [win, tie_share, 1 - win - tie_share]
    per_look = votes_a_day / LOOKS_A_DAY
    random = np.random.default_rng(seed)
    arrivals = random.poisson(per_look, size=(runs, days * LOOKS_A_DAY))
    return np.cumsum(random.multinomial(arrivals, law), axis=1)


def reject(tallies: Counts, null_mean: float) -> Flags:
    """At which looks "the mean vote is at most this" is rejected at 1/alpha; shape (runs, looks)."""
    return np.stack([log_e_values(run, null_mean, PLANNED) >= BAR for run in tallies])


def reject_naively(tallies: Counts, null_mean: float) -> Flags:
    """The same by a fixed-sample z-test at 5 %, repeated at every look: what a team would write first."""
    votes = np.maximum(tallies.sum(axis=-1), 1)
    mean = (tallies[..., 0] + tallies[..., 1] / 2) / votes
    variance = np.maximum((tallies[..., 0] + tallies[..., 1] / 4) / votes - mean**2, 1e-12)
    rejected: Flags = (votes > 30) & ((mean - null_mean) / np.sqrt(variance / votes) > 1.6449)
    return rejected


def mirror(tallies: Counts) -> Counts:
    """The same votes from the champion's side."""
    return tallies[..., ::-1]


def share_ever(flags: Flags) -> float:
    """In which share of the runs a flag was up at any look."""
    return float(flags.any(axis=-1).mean())


def before_first(flags: Flags) -> Flags:
    """The looks before the first at which the flag was up."""
    return ~np.logical_or.accumulate(flags, axis=-1)
