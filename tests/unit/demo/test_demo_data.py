"""The split, the rankers, and the wall between what models learn from and what shoppers know."""

import json
from pathlib import Path

import numpy as np
import pytest
from demo import train
from demo.data import Ratings, Split, divide, list_liked, load
from demo.recommenders import Shape, rank_unrated, score_factors, score_popularity, tabulate

TASTES = 2
SMALL = Shape(rank=4, background=0.1, regularisation=0.01)


def make_ratings(users: int = 40, films: int = 120, seed: int = 7) -> Ratings:
    """Users of two tastes; each likes the films of its own half and rates some of both."""
    random = np.random.default_rng(seed)
    chosen = random.random((users, films)) < 0.45
    rows, columns = np.nonzero(chosen)
    same_taste = rows % TASTES == columns % TASTES
    stars = np.where(same_taste, 4.5, 2.0)
    return Ratings(rows + 1, columns + 1000, stars)


def pair_up(ratings: Ratings) -> set[tuple[int, int]]:
    return set(zip(ratings.users.tolist(), ratings.films.tolist(), strict=True))


def change_stars(ratings: Ratings, changed: Ratings) -> Ratings:
    """The same ratings, with other stars for the pairs in `changed`."""
    pairs = pair_up(changed)
    hit = [pair in pairs for pair in zip(ratings.users.tolist(), ratings.films.tolist(), strict=True)]
    return Ratings(ratings.users, ratings.films, np.where(hit, 6.5 - ratings.stars, ratings.stars))


def write(ratings: Ratings, directory: Path) -> tuple[bytes, bytes]:
    """What goes into the model's image and into the shoppers'."""
    titles = {film: f"Film {film}" for film in ratings.films.tolist()}
    train.write_split(ratings, titles, 3, directory / "models", directory / "liked.json")
    models = b"".join(file.read_bytes() for file in sorted((directory / "models").iterdir()))
    return models, (directory / "liked.json").read_bytes()


@pytest.fixture(autouse=True)
def _few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "SHAPES", (SMALL, Shape(rank=8, background=0.2, regularisation=0.03)))


@pytest.fixture(scope="module")
def split() -> Split:
    return divide(load()[0], 1)


def test_every_rating_is_in_exactly_one_part(split: Split) -> None:
    assert len(split.training) + len(split.held_out) == 100_004
    assert not pair_up(split.training) & pair_up(split.held_out)


def test_half_of_each_users_ratings_are_held_out_rounded_down(split: Split) -> None:
    _, trained = np.unique(split.training.users, return_counts=True)
    _, hidden = np.unique(split.held_out.users, return_counts=True)
    assert len(trained) == len(hidden) == 671
    assert set((trained - hidden).tolist()) <= {0, 1}


def test_a_number_names_one_split_and_another_number_another() -> None:
    ratings = make_ratings()
    assert pair_up(divide(ratings, 1).held_out) == pair_up(divide(ratings, 1).held_out)
    assert pair_up(divide(ratings, 1).held_out) != pair_up(divide(ratings, 2).held_out)


def test_a_film_counts_as_liked_from_four_stars() -> None:
    ratings = Ratings(np.array([1, 1, 2]), np.array([10, 11, 10]), np.array([4.0, 3.5, 3.5]))
    assert list_liked(ratings) == {1: frozenset({10})}


def test_popularity_ranks_by_the_number_of_ratings_whatever_the_stars() -> None:
    ratings = Ratings(np.array([1, 2, 3, 3]), np.array([10, 10, 11, 10]), np.array([0.5, 0.5, 5.0, 0.5]))
    assert score_popularity(tabulate(ratings))[0].tolist() == [3, 1]


def test_no_list_shows_a_film_that_the_user_rated_in_training() -> None:
    ratings = make_ratings()
    table = tabulate(ratings)
    for scores in (score_popularity(table), score_factors(table, SMALL, 1)):
        shown = rank_unrated(table, scores, 20)
        assert not np.take_along_axis(table.stars, shown, axis=1).any()


def test_factors_learn_a_taste_that_popularity_cannot_see() -> None:
    split = divide(make_ratings(), 1)
    table, liked = tabulate(split.training), list_liked(split.held_out)
    factors = train.measure_gain(table, score_factors(table, SMALL, 1), liked)
    popularity = train.measure_gain(table, score_popularity(table), liked)
    assert factors > popularity + 0.1


def test_the_gain_is_one_for_a_perfect_ranking_and_falls_when_it_is_reversed() -> None:
    table = tabulate(Ratings(np.array([1, 2, 2]), np.array([10, 11, 12]), np.array([5.0, 5.0, 5.0])))
    liked = {1: frozenset({11})}
    assert train.measure_gain(table, np.array([[0.0, 2.0, 1.0]] * 2), liked) == 1.0
    assert train.measure_gain(table, np.array([[0.0, 1.0, 2.0]] * 2), liked) == pytest.approx(1 / np.log2(3))


def test_the_models_files_do_not_depend_on_held_out_stars_and_the_shoppers_do(tmp_path: Path) -> None:
    ratings = make_ratings()
    models, shoppers = write(ratings, tmp_path / "before")
    changed_models, changed_shoppers = write(change_stars(ratings, divide(ratings, 3).held_out), tmp_path / "after")
    assert changed_models == models
    assert changed_shoppers != shoppers


def test_the_models_files_do_depend_on_training_stars(tmp_path: Path) -> None:
    ratings = make_ratings()
    models, shoppers = write(ratings, tmp_path / "before")
    changed_models, changed_shoppers = write(change_stars(ratings, divide(ratings, 3).training), tmp_path / "after")
    assert changed_models != models
    assert changed_shoppers == shoppers


def test_the_models_files_do_not_know_which_films_are_held_out(tmp_path: Path) -> None:
    """Films a user rated are left out of the user's list; were the hidden ones known, they would be left out too."""
    ratings = make_ratings()
    write(ratings, tmp_path)
    split, known = divide(ratings, 3), set[tuple[int, int]]()
    for name in ("popularity", "factors"):
        lists = json.loads((tmp_path / "models" / f"{name}.json").read_text())["lists"]
        known |= {(int(user), film) for user, listed in lists.items() for film, _ in listed}
    assert not known & pair_up(split.training)
    assert known & pair_up(split.held_out)


def test_the_shoppers_file_names_every_user_and_only_held_out_films_they_liked(tmp_path: Path) -> None:
    ratings = make_ratings()
    _, shoppers = write(ratings, tmp_path)
    document = {int(user): frozenset(films) for user, films in json.loads(shoppers).items()}
    liked = list_liked(divide(ratings, 3).held_out)
    assert document == {user: liked.get(user, frozenset()) for user in range(1, 41)}
