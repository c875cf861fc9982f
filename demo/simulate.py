"""The demo without a cluster: the same recommenders, shoppers, draft, coins, credit and statistics, over many splits.

    python -m demo.simulate --splits 1-10

Each split is run in both directions: factors as the candidate, and popularity as the candidate. Durations, margin and
error rate are those of demo/manifests/experiment.yaml. What is left out is the network and the time that Kubernetes
takes; the rules are those that the operator follows.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import yaml

from demo.behaviour import pick_film, plan_visits
from demo.cluster import fill_manifest, name_values
from demo.data import Ratings, divide, list_liked, load
from demo.recommenders import Scores, Table, rank_unrated
from demo.rules import Rules, decide
from demo.train import JUDGED, measure_gain, train_models
from interleaver.experiment.evidence import Evidence, weigh
from interleaver.interleaving.coins import derive_salt, flip_coins, is_interleaved
from interleaver.interleaving.credit import Vote, find_team, name_vote
from interleaver.interleaving.team_draft import Slot, draft
from interleaver.stats.tally import Tally

RATE: Final = 60.0  # visits a second, as in demo/manifests/shoppers.yaml
Lists = Mapping[int, Sequence[int]]  # user -> films, best first
Liked = Mapping[int, frozenset[int]]
Session = tuple[int, int, Random]


@dataclass(frozen=True)
class Result:
    """How one simulated run ended."""

    verdict: str
    seconds: float
    tally: Tally
    evidence: Evidence


def simulate_run(champion: Lists, candidate: Lists, liked: Liked, rules: Rules, seed: int) -> Result:
    """One run from its first interleaved request to its verdict."""
    salt = derive_salt(Random(f"key {seed}").randbytes(32), "simulated")
    merged = {user: draft(champion[user], candidate[user], JUDGED, flip_coins(salt, str(user))) for user in champion}
    votes: dict[int, Vote] = {}
    on_par_seen = False
    visits = watch_clock(plan_visits(champion, seed))
    now, visit = 0.0, next(visits)
    while True:
        while visit[0] < now:
            _, (_, user, random) = visit
            if is_interleaved(salt, str(user), rules.find_percent(visit[0])) and user not in votes:
                votes.update(vote_once(user, merged[user], liked.get(user, frozenset()), random))
            visit = next(visits)
        tally = count_votes(votes)
        evidence = weigh(tally, alpha=rules.alpha, margin=rules.margin, planned=rules.planned_votes)
        on_par_seen = on_par_seen or evidence.on_par_proven
        verdict = decide(evidence, tally, rules, now, on_par_seen)
        if verdict is not None:
            return Result(verdict, now, tally, evidence)
        now += rules.interval


def watch_clock(visits: Iterator[Session]) -> Iterator[tuple[float, Session]]:
    """Every visit with the second at which it starts."""
    return ((index / RATE, visit) for index, visit in enumerate(visits))


def vote_once(user: int, slots: Sequence[Slot[int]], liked: frozenset[int], random: Random) -> dict[int, Vote]:
    """The user's vote by user, empty if the visit brings none."""
    film = pick_film([slot.item for slot in slots], liked, random)
    team = find_team(slots, film) if film is not None else None
    vote = name_vote(team) if team is not None else None
    return {user: vote} if vote is not None else {}


def count_votes(votes: Mapping[int, Vote]) -> Tally:
    """The tally of all votes."""
    counts = Counter(votes.values())
    return Tally(wins=counts[Vote.WIN], ties=counts[Vote.TIE], losses=counts[Vote.LOSS])


def list_films(table: Table, scores: Scores) -> Lists:
    """Each user's films, best first, as many as a shopper asks for."""
    ranks = rank_unrated(table, scores, JUDGED)
    return dict(zip(table.users.tolist(), table.films[ranks].tolist(), strict=True))


def study_split(ratings: Ratings, number: int, seeds: Sequence[int]) -> Iterator[str]:
    """One line for each run of this split, in both directions."""
    split = divide(ratings, number)
    table, scores, _ = train_models(split.training)
    liked = list_liked(split.held_out)
    gains = {name: measure_gain(table, each, liked) for name, each in scores.items()}
    lists = {name: list_films(table, each) for name, each in scores.items()}
    for swap in (False, True):
        values = name_values({}, swap)
        rules = Rules.read(yaml.safe_load(fill_manifest("experiment.yaml", values))["spec"])
        champion, candidate = values["CHAMPION"], values["CANDIDATE"]
        for seed in seeds:
            result = simulate_run(lists[champion], lists[candidate], liked, rules, seed)
            yield (
                f"split {number:2d} seed {seed}  {candidate:>10} on trial  {describe_result(result)}"
                f"  NDCG@{JUDGED} champion {gains[champion]:.3f} candidate {gains[candidate]:.3f}"
            )


def describe_result(result: Result) -> str:
    """Verdict, when, and the votes behind it."""
    tally = result.tally
    return (
        f"{result.verdict:<12} at {result.seconds:3.0f} s  W/T/L {tally.wins:3d}/{tally.ties:3d}/{tally.losses:3d}"
        f"  preference {tally.preference:+.3f}"
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
