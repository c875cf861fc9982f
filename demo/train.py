"""Train both models on the training ratings of one split; runs while the images are built.

What goes into the model's image is a function of the training ratings and the films' titles alone. What the shoppers
know, the held-out films they liked, goes into another file, for another image.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.data import Ratings, divide, list_liked, load
from demo.recommenders import Scores, Shape, Table, rank_unrated, score_factors, score_popularity, tabulate

LISTED: Final = 50  # films kept for each user; shoppers ask for 20
JUDGED: Final = 20  # places that validation looks at, as many as a shopper asks for
VALIDATION_SHARE: Final = 0.2  # of the training ratings; the rest stays nearly as dense as the whole
SEED: Final = 1
# Laid out once on split 0, which no figure in this repository is taken from.
SHAPES: Final = tuple(Shape(*values) for values in product((16, 32), (0.1, 0.2), (0.003, 0.01, 0.03)))


@dataclass(frozen=True)
class Trial:
    """A shape and how well it did in validation: mean NDCG of the liked films at JUDGED."""

    shape: Shape
    gain: float


def train_models(training: Ratings) -> tuple[Table, dict[str, Scores], list[Trial]]:
    """Both models' scores by name, from training ratings only, and the trials that chose the shape, best first."""
    trials = try_shapes(training)
    table = tabulate(training)
    scores = {"popularity": score_popularity(table), "factors": score_factors(table, trials[0].shape, SEED)}
    return table, scores, trials


def try_shapes(training: Ratings) -> list[Trial]:
    """Every shape judged on a part of the training ratings that it was not fitted to, best first."""
    inner = divide(training, SEED, VALIDATION_SHARE)
    table, liked = tabulate(inner.training), list_liked(inner.held_out)
    trials = [Trial(shape, measure_gain(table, score_factors(table, shape, SEED), liked)) for shape in SHAPES]
    return sorted(trials, key=lambda trial: -trial.gain)


def measure_gain(table: Table, scores: Scores, liked: Mapping[int, frozenset[int]]) -> float:
    """Mean NDCG at JUDGED with binary gains, over the users who liked something (Jarvelin and Kekalainen, 2002)."""
    discounts = 1.0 / np.log2(np.arange(2, JUDGED + 2))
    shown = table.films[rank_unrated(table, scores, JUDGED)]
    gains = [
        discounts[: len(films)][np.isin(films, list(likes))].sum() / discounts[: len(likes)].sum()
        for user, films in zip(table.users.tolist(), shown, strict=True)
        if (likes := liked.get(user))
    ]
    return float(np.mean(gains))


def describe_model(
    name: str, number: int, table: Table, scores: Scores, titles: Mapping[int, str]
) -> dict[str, object]:
    """What the model server reads: each user's best films with their scores, and the titles of the films listed.

    The split's number is a label: whoever looks into an image can tell which ratings must not be in it.
    """
    ranks = rank_unrated(table, scores, LISTED)
    listed = {
        str(user): _pair_scores(table.films[columns], row[columns])
        for user, columns, row in zip(table.users.tolist(), ranks, scores, strict=True)
    }
    films = sorted(set(table.films[ranks].ravel().tolist()))
    return {"model": name, "split": number, "titles": {str(film): titles[film] for film in films}, "lists": listed}


def _pair_scores(films: NDArray[np.int64], scores: Scores) -> list[tuple[int, float]]:
    return [(film, round(score, 4)) for film, score in zip(films.tolist(), scores.tolist(), strict=True)]


def write_models(training: Ratings, titles: Mapping[int, str], number: int, directory: Path) -> list[Trial]:
    """Train and write `<model>.json` for both models. Held-out ratings are not among the arguments."""
    table, scores, trials = train_models(training)
    directory.mkdir(parents=True, exist_ok=True)
    for name, table_scores in scores.items():
        document = describe_model(name, number, table, table_scores, titles)
        (directory / f"{name}.json").write_text(json.dumps(document, separators=(",", ":")))
    return trials


def write_shoppers(users: list[int], held_out: Ratings, file: Path) -> None:
    """Write who shops, and which of the films hidden from the models each of them liked."""
    liked = list_liked(held_out)
    document = {str(user): sorted(liked.get(user, ())) for user in users}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, separators=(",", ":")))


def write_split(ratings: Ratings, titles: Mapping[int, str], number: int, models: Path, shoppers: Path) -> list[Trial]:
    """Divide the ratings and write each side its files. Returns the trials that chose the shape."""
    split = divide(ratings, number)
    write_shoppers(np.unique(ratings.users).tolist(), split.held_out, shoppers)
    return write_models(split.training, titles, number, models)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", type=int, default=1, help="which division of the ratings (default 1)")
    parser.add_argument("--models", type=Path, required=True, help="directory for the models' lists")
    parser.add_argument("--shoppers", type=Path, required=True, help="file for what the shoppers like")
    arguments = parser.parse_args()
    ratings, titles = load()
    for trial in write_split(ratings, titles, arguments.split, arguments.models, arguments.shoppers):
        print(f"{trial.shape} validation NDCG@{JUDGED} {trial.gain:.4f}")


if __name__ == "__main__":
    main()
