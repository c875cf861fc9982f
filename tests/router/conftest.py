"""A router between two models, with every request interleaved."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .models import Loop, Model, Reply
from .process import RouterProcess

RUN = "r1"


def make_config(champion: Model, candidate: Model | None, **changes: Any) -> dict[str, Any]:
    """A configuration in which everybody is interleaved; `changes` replace its fields."""
    config: dict[str, Any] = {
        "version": 1,
        "generation": 1,
        "experiment": "shop/home-feed",
        "run": RUN,
        "serving": {"revision": "v1", "hash": "aaaaaa", "url": champion.url},
        "candidate": {"revision": "v2", "hash": "bbbbbb", "url": candidate.url} if candidate else None,
        "percent": 100,
        "contract": {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"},
        "timeouts": {"championMilliseconds": 5000, "candidateMilliseconds": 5000},
        "keys": "keys",
    }
    return {**config, **changes}


def answer_items(*ids: object, **fields: object) -> Reply:
    """A model's answer with these items."""
    return Reply(json.dumps({**fields, "items": [{"id": each} for each in ids]}).encode())


class Stage:
    """A champion, a candidate and a router between them."""

    def __init__(self, folder: Path, loop: Loop) -> None:
        self.champion = Model(loop, lambda seen: answer_items("a", "b", "c", by="champion")).start()
        self.candidate = Model(loop, lambda seen: answer_items("b", "d", "a", by="candidate")).start()
        self.router = RouterProcess(folder, self.champion.url)
        self.generation = 0

    def configure(self, **changes: Any) -> None:
        """Put a configuration into force."""
        self.generation += 1
        config = make_config(self.champion, self.candidate, generation=self.generation)
        self.router.configure({**config, "keys": str(self.router.keys), **changes})

    def start(self, **changes: Any) -> "Stage":
        self.configure(**changes)
        self.router.start()
        return self

    def answer(self, champion: Reply | None = None, candidate: Reply | None = None) -> None:
        """Make the models answer this from now on."""
        if champion is not None:
            self.champion.answer = lambda seen: champion
        if candidate is not None:
            self.candidate.answer = lambda seen: candidate


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def make_stage(tmp_path: Path, loop: Loop) -> Iterator[Callable[..., Stage]]:
    """A stage that is not started yet."""
    stages: list[Stage] = []

    def make() -> Stage:
        folder = tmp_path / f"stage{len(stages)}"
        folder.mkdir()
        stages.append(Stage(folder, loop))
        return stages[-1]

    yield make
    for stage in stages:
        stage.router.stop()
        stage.champion.stop()
        stage.candidate.stop()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A running router with everybody interleaved."""
    return make_stage().start()
