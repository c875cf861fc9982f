"""How many sessions interleaving and an A/B test need to prove the same: the demo's rankers and shoppers.

Every session is a visit of a user drawn from the 671 of the data, a unit of its own. Interleaved, it is shown the
production draft of both lists. In the A/B test half of the sessions see the champion's list, half the candidate's, and
what is compared is whether they convert. The shopper behaves alike in front of any list.
"""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from demo.data import divide, list_liked, load
from demo.study import list_films
from demo.train import train_models
from hack.study.drawing import BLUE, RED, save, start_figure, tabulate
from hack.study.race import Law, Race, race
from hack.study.sessions import Sessions, visit

from interleaver.simulate.moments import Floats

# In the demo nearly everyone who looks finds a film. Shops convert a few in a hundred: there a session that found what
# it likes goes on to buy it with this chance, whoever ranked it.
MOODS: Final = {"as in the demo": 1.0, "one in 20 of these buys": 0.05}
CERTAINTY: Final = (1.6449, 0.8416)  # one-sided 5 %, and 80 % of runs: normal quantiles
RESAMPLES: Final = 2000
LEVEL: Final = (0.025, 0.975)


def report(options: Namespace) -> Iterator[str]:
    """What was trained, the tables, and the plot."""
    sessions = train(options.split, options.sessions, options.seed)
    users = len(sessions.votes)
    yield f"split {options.split}, {users} users, {options.sessions} sessions of each in front of each list"
    votes = sessions.votes.mean(axis=0)
    yield f"interleaved: win {votes[0]:.3f}, tie {votes[1]:.3f}, loss {votes[2]:.3f} of sessions"
    yield f"conversion: champion {sessions.champion.mean():.3f}, candidate {sessions.candidate.mean():.3f}"
    yield from tabulate(
        ("sessions", "A/B", "interleaved", "ratio, 95 % interval"), compare_sizes(sessions, options.seed)
    )
    races = {mood: run_races(sessions, chance, options.runs, options.seed) for mood, chance in MOODS.items()}
    head = ("looked at all the time", "A/B", "interleaved", "ratio")
    yield from tabulate(head, [describe(mood, *pair) for mood, pair in races.items()])
    yield draw(races, options.output)


def train(split: int, count: int, seed: int) -> Sessions:
    """Sessions of all users, before the lists of models trained on this split."""
    parts = divide(load()[0], split)
    table, scores, _ = train_models(parts.training)
    champion, candidate = (list_films(table, scores[name]) for name in ("popularity", "factors"))
    return visit(champion, candidate, list_liked(parts.held_out), count, seed)


def compare_sizes(sessions: Sessions, seed: int) -> list[tuple[str, ...]]:
    """Sizes of samples for a single look, and their ratio over users drawn anew."""
    users = len(sessions.votes)
    drawn = np.random.default_rng(seed).integers(users, size=(RESAMPLES, users))
    lines: list[tuple[str, ...]] = []
    for mood, chance in MOODS.items():
        ab, interleaved = size_samples(*(part[None] for part in take(sessions, np.arange(users), chance)))
        means = [take(sessions, row, chance) for row in drawn]
        sizes = size_samples(*(np.array(part) for part in zip(*means, strict=True)))
        low, high = np.quantile(sizes[0] / sizes[1], LEVEL)
        ratio = f"{ab[0] / interleaved[0]:.1f} ({low:.1f} to {high:.1f})"
        lines.append((f"{mood}, one look", f"{ab[0]:,.0f}", f"{interleaved[0]:,.0f}", ratio))
    return lines


def take(sessions: Sessions, users: np.ndarray[tuple[int], np.dtype[np.int64]], chance: float) -> tuple[Floats, Floats]:
    """Of these users' sessions the shares of win, tie and loss, and the conversion rates of both lists."""
    rates = [sessions.champion[users].mean(), sessions.candidate[users].mean()]
    return sessions.votes[users].mean(axis=0) * chance, np.array(rates) * chance


def size_samples(votes: Floats, rates: Floats) -> tuple[Floats, Floats]:
    """Sessions that an A/B test and interleaving need in all for CERTAINTY at a single look, normal approximation.

    `votes` has shape (n, 3), `rates` (n, 2); the results have shape (n,). A/B: Fleiss, Levin, Paik, "Statistical
    methods for rates and proportions", 2003, chapter 4, with unpooled variances and arms of one size. Interleaved: the
    mean of scores, 1 for a win and -1 for a loss.
    """
    certain = sum(CERTAINTY) ** 2
    difference, variance = rates[:, 1] - rates[:, 0], (rates * (1 - rates)).sum(axis=1)
    score = votes[:, 0] - votes[:, 2]
    return 2 * certain * variance / difference**2, certain * (votes[:, 0] + votes[:, 2] - score**2) / score**2


def run_races(sessions: Sessions, chance: float, runs: int, seed: int) -> tuple[Race, Race]:
    """The A/B test and interleaving, each looked at all the time by the product's test."""
    votes, (champion, candidate) = take(sessions, np.arange(len(sessions.votes)), chance)
    ab, interleaved = size_samples(votes[None], np.array([[champion, candidate]]))
    win, loss = candidate * (1 - champion), champion * (1 - candidate)
    pairs = Law(np.array([win, 1 - win - loss, loss]), sessions=2)  # one session of each list; alike is a tie
    return (
        race(pairs, float(ab[0]), runs, seed, smallest_plan=1),
        race(Law(votes, sessions=1), float(interleaved[0]), runs, seed, smallest_plan=600),
    )


def describe(mood: str, ab: Race, interleaved: Race) -> tuple[str, ...]:
    """A line of the table."""
    return mood, str(ab), str(interleaved), f"{ab.needed / interleaved.needed:.1f}"


def draw(races: Mapping[str, Sequence[Race]], directory: str) -> str:
    """A panel for each mood: the share of runs that had proven the better model, by sessions."""
    figure, panels = start_figure(len(races))
    for panel, (mood, pair) in zip(panels, races.items(), strict=True):
        for one, name, colour in zip(pair, ("A/B test", "interleaving"), (RED, BLUE), strict=True):
            ended = np.sort(one.ended)
            shares = 100 * np.arange(1, len(ended) + 1) / len(ended)
            panel.step(ended[np.isfinite(ended)], shares[np.isfinite(ended)], color=colour, label=name, where="post")
        panel.axhline(80, color="black", linestyle="--", linewidth=1, label="80 % of runs")
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter("{x:,.0f}")
        panel.set_ylim(0, 100)
        panel.set_title(mood, fontsize=10)
        panel.set_xlabel("sessions in all (log scale)")
    panels[0].set_ylabel("runs that had proven it, %")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    return save(figure, directory, "statistics-sensitivity.png")
