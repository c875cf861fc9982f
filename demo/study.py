"""What the demo would say over many splits of the data, in both directions:

    PYTHONPATH=operator python -m demo.study --splits 1-10

For each split both models are trained anew, and each direction is simulated with each seed: factors as the candidate,
and popularity as the candidate.
"""

import argparse
from collections.abc import Iterator, Sequence

from demo.data import Ratings, divide, list_liked, load
from demo.recommenders import Scores, Table, rank_unrated
from demo.simulate import Lists, Result, simulate_run
from demo.train import JUDGED, measure_gain, train_models


def list_films(table: Table, scores: Scores) -> Lists:
    """Each user's films, best first, as many as a shopper asks for."""
    ranks = rank_unrated(table, scores, JUDGED)
    return dict(zip(table.users.tolist(), table.films[ranks].tolist(), strict=True))


def study_split(ratings: Ratings, number: int, seeds: Sequence[int]) -> Iterator[str]:
    """A line on how good both models are, and one for each run in both directions."""
    split = divide(ratings, number)
    table, scores, trials = train_models(split.training)
    liked = list_liked(split.held_out)
    gains = {name: f"{measure_gain(table, each, liked):.3f}" for name, each in scores.items()}
    lists = {name: list_films(table, each) for name, each in scores.items()}
    yield f"split {number}: held-out NDCG@{JUDGED} {gains}, chosen {trials[0].shape}"
    for swap in (False, True):
        for seed in seeds:
            result = simulate_run(swap, lists, liked, seed)
            yield f"split {number} seed {seed} {'popularity' if swap else 'factors':>10} on trial: {describe(result)}"


def describe(result: Result) -> str:
    """Verdict, when, and the votes behind it."""
    tally, evidence, decision = result.tally, result.evidence, result.decision
    return (
        f"{decision.verdict} ({decision.reason}) at {result.seconds:.0f} s, "
        f"W/T/L {tally.wins}/{tally.ties}/{tally.losses}, preference {evidence.preference}, "
        f"e on par {evidence.on_par}, better {evidence.better}, harm {evidence.harm}"
    )


def parse_range(text: str) -> list[int]:
    """`1-10` or `3`."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=parse_range, default=parse_range("1-10"), help="1-10 (the default), or one")
    parser.add_argument("--seeds", type=parse_range, default=parse_range("1"), help="of attention, order and key")
    arguments = parser.parse_args()
    ratings, _ = load()
    for number in arguments.splits:
        for line in study_split(ratings, number, arguments.seeds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
