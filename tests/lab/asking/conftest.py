"""Model servers on loopback, and a run of asking that is quick to give up."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest

from interleaver.lab.asking.answers import Answers
from interleaver.lab.asking.asking import ask
from interleaver.lab.asking.options import Options
from interleaver.lab.asking.progress import Watch, watch_nothing
from interleaver.lab.suites.suite import Suite
from tests.router.model_servers import Loop, Model

QUICK = Options(
    concurrency=4, timeout=20.0, first_wait=0.001, longest_wait=0.01, patience=0.2, failures=8, share_twice=0.0
)


class Asking(Protocol):
    """Asks a model with options that differ from the quick ones."""

    def __call__(self, suite: Suite, url: str, watch: Watch = watch_nothing, **options: Any) -> Answers: ...


@pytest.fixture
def model(loop: Loop) -> Iterator[Model]:
    """A model server that answers `{}` until a test says what."""
    model = Model(loop).start()
    yield model
    model.stop()


@pytest.fixture
def asking() -> Asking:
    """Asks quickly."""

    def run(suite: Suite, url: str, watch: Watch = watch_nothing, **options: Any) -> Answers:
        return ask(suite, url, replace(QUICK, **options), watch)

    return run
