"""What several tests of the lab share because it takes long to start: one browser, one MLflow, one loop of servers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.router.model_servers import Loop

from . import browser as browsers
from .browser import Browser
from .tracking_server import TrackingServer


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """The loop on which model servers run."""
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser."""
    browsers.install()
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of pages go; `SCREENSHOTS=FOLDER` keeps them for people to look at."""
    kept = os.environ.get("SCREENSHOTS")
    return Path(kept) if kept else tmp_path_factory.mktemp("screenshots")


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    """A real MLflow server, reached by another name than localhost, as in a cluster."""
    server = TrackingServer(tmp_path_factory.mktemp("mlflow")).start()
    yield server
    server.stop()
