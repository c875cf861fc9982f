"""A study: many simulated runs of a scenario, over all cores. The same seed gives the same outcomes on any number."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

import numpy as np

from interleaver.simulate.many_runs import run_many
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Scenario
from interleaver.simulate.shoppers import Shoppers

CHUNK: Final = 200  # runs that are simulated together; each chunk has a stream of chance of its own

Notice = Callable[[int], None]  # takes how many runs are done


class Task(NamedTuple):
    """Some runs of a scenario, with their stream of chance."""

    scenario: Scenario
    runs: int
    seed: np.random.SeedSequence


def study(
    scenarios: Sequence[Scenario], runs: int, seed: int, jobs: int, notice: Notice = lambda done: None
) -> list[list[Outcome]]:
    """The outcomes of so many runs of each scenario. `jobs` processes work at it; with 1 it is this one alone.

    `notice` is told how many runs are done, of all scenarios together. Raises ValueError for runs or jobs below 1.
    """
    if runs < 1 or jobs < 1:
        raise ValueError("runs and jobs must be at least 1")
    sizes = divide(runs)
    outcomes: list[Outcome] = []
    for chunk in simulate_chunks([Task(each, *part) for each in scenarios for part in seed_chunks(sizes, seed)], jobs):
        outcomes += chunk
        notice(len(outcomes))
    return [outcomes[start : start + runs] for start in range(0, len(outcomes), runs)]


def divide(runs: int) -> list[int]:
    """The sizes of the chunks."""
    return [min(CHUNK, runs - start) for start in range(0, runs, CHUNK)]


def seed_chunks(sizes: Sequence[int], seed: int) -> list[tuple[int, np.random.SeedSequence]]:
    """Each chunk's size and stream of chance, the same for every scenario: what differs is the scenario."""
    return list(zip(sizes, np.random.SeedSequence(seed).spawn(len(sizes)), strict=True))


def simulate_chunks(tasks: Sequence[Task], jobs: int) -> Iterator[list[Outcome]]:
    """The outcomes of all chunks, in their order."""
    workers = min(jobs, len(tasks))
    if workers == 1:
        yield from map(simulate_chunk, tasks)
        return
    # Fresh processes: a forked one would share locks with threads of the numerical libraries.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(simulate_chunk, tasks)


def simulate_chunk(task: Task) -> list[Outcome]:
    """The outcomes of some runs."""
    scenario, runs, seed = task
    return run_many(scenario, runs, Shoppers(scenario, runs, np.random.default_rng(seed)))
