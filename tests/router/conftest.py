"""A router between two models, with every request interleaved."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.compiled import find_package

from interleaver.api.names import IMPRESSION_HEADER
from tests.profiles import load_profile

from .model_servers import Loop, Model, Reply
from .programs import RouterProcess, wait_until
from .redis import Redis, install

RUN = "r1"
FAILED_CALLS = [(("model", "candidate"), ("outcome", outcome), ("run", RUN)) for outcome in ("error", "timeout")]
STORE_KINDS = ("memory", "redis")

load_profile()


def pytest_collection_finish() -> None:
    """Compile what the routers run from before the first test, whose deadline it would pass."""
    find_package()


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

    def __init__(self, folder: Path, loop: Loop, **settings: Any) -> None:
        self.champion = Model(loop, lambda seen: answer_items("a", "b", "c", by="champion")).start()
        self.candidate = Model(loop, lambda seen: answer_items("b", "d", "a", by="candidate")).start()
        self.router = RouterProcess(folder, self.champion.url)
        self.generation = 0
        self.settings = settings  # fields of every configuration
        self.failed = 0.0  # candidate calls that had failed when the breaker was last mended

    def configure(self, **changes: Any) -> None:
        """Put a configuration into force."""
        self.generation += 1
        config = make_config(self.champion, self.candidate, generation=self.generation)
        self.router.configure(
            {**config, "run": self.router.run, "keys": str(self.router.keys), **self.settings, **changes}
        )

    def name_subject(self) -> dict[str, str]:
        """What the log's lines name of the configuration."""
        config = json.loads(self.router.config_file.read_text())
        namespace, _, name = config["experiment"].partition("/")
        return {"namespace": namespace, "name": name} | ({"run": config["run"]} if config["run"] else {})

    def start(self, **changes: Any) -> "Stage":
        self.configure(**changes)
        self.router.start()
        return self

    def close(self) -> None:
        try:
            self.router.stop()
        finally:
            self.champion.stop()
            self.candidate.stop()

    def answer(self, champion: Reply | None = None, candidate: Reply | None = None) -> None:
        """Make the models answer this from now on."""
        if champion is not None:
            self.champion.answer = lambda seen: champion
        if candidate is not None:
            self.candidate.answer = lambda seen: candidate

    def mend(self) -> "Stage":
        """Make the candidate's breaker forget what earlier tests did to it, if they did."""
        metrics = self.router.metrics()
        failed = sum(metrics["interleaver_model_calls_total"][key] for key in FAILED_CALLS)
        if failed == self.failed:
            return self
        self.failed = failed
        for _ in range(20):  # as many calls as it remembers
            self.router.rank("a unit that mends")
        wait_until(lambda: self.router.rank("a unit that mends").header(IMPRESSION_HEADER), "the breaker is closed")
        return self.reset()

    def reset(self) -> "Stage":
        """Back to the usual answers; counts are from now on."""
        self.champion.answer = lambda seen: answer_items("a", "b", "c", by="champion")
        self.candidate.answer = lambda seen: answer_items("b", "d", "a", by="candidate")
        for model in (self.champion, self.candidate):
            model.seen.clear()
            if model.server is None:
                model.start()
        self.router.baseline = self.router.metrics()
        return self


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def store_kind() -> str:
    """Where votes are kept. Tests of the contract of both stores say `parametrize("store_kind", STORE_KINDS)`."""
    return "memory"


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    install()
    server = Redis(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.kill()


@pytest.fixture
def make_stage(
    tmp_path: Path, loop: Loop, store_kind: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Stage]]:
    """Makes stages of a test's own, which are not started yet."""
    stages: list[Stage] = []
    experiment = f"shop/{tmp_path.name[-40:]}"  # none of a former test, for a shared store remembers that one

    def make(**settings: Any) -> Stage:
        folder = tmp_path / f"stage{len(stages)}"
        folder.mkdir()
        if store_kind == "redis":
            store = {"url": request.getfixturevalue("shared_redis").url}
            settings = {"store": store, "experiment": experiment, **settings}
        stages.append(Stage(folder, loop, **settings))
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory, loop: Loop) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("shared"), loop).start()
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def shared_storing_stage(tmp_path_factory: pytest.TempPathFactory, loop: Loop, shared_redis: Redis) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("storing"), loop, store={"url": shared_redis.url}).start()
    yield stage
    stage.close()


@pytest.fixture
def stage(request: pytest.FixtureRequest, store_kind: str) -> Stage:
    """A running router with everybody interleaved, for tests that leave its configuration alone."""
    name = {"memory": "shared_stage", "redis": "shared_storing_stage"}[store_kind]
    shared: Stage = request.getfixturevalue(name)
    return shared.reset().mend()


@pytest.fixture(scope="module")
def whole_stage(shared_stage: Stage) -> Stage:
    """The same for property tests, which may not begin anew for each example: nothing is stopped or broken that a
    test of another file left so. Which files come before depends on how the processes share them out."""
    return shared_stage.reset().mend()


@pytest.fixture(scope="session")
def pliable_stage(tmp_path_factory: pytest.TempPathFactory, loop: Loop) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("pliable"), loop).start()
    yield stage
    stage.close()


@pytest.fixture
def set_up(pliable_stage: Stage, store_kind: str, request: pytest.FixtureRequest) -> Callable[..., Stage]:
    """Configures a running router for the test, with a run of its own, which is quicker than to start another one."""
    store = {"url": request.getfixturevalue("shared_redis").url} if store_kind == "redis" else None

    def configure(**changes: Any) -> Stage:
        stage = pliable_stage.reset()
        stage.settings = {"store": store}
        stage.router.run = changes.get("run") or f"run-{stage.generation}"
        stage.configure(**changes)
        return stage

    return configure


@pytest.fixture
def unit(request: pytest.FixtureRequest) -> str:
    """A unit that no other test uses."""
    return f"unit of {request.node.name}"


@pytest.fixture
def make_redis(tmp_path: Path) -> Iterator[Callable[..., Redis]]:
    """Makes Redis servers of a test's own, which are not started yet."""
    install()
    servers: list[Redis] = []

    def make(*options: str, **settings: Any) -> Redis:
        folder = tmp_path / f"redis{len(servers)}"
        folder.mkdir()
        servers.append(Redis(folder, *options, **settings))
        return servers[-1]

    yield make
    for server in servers:
        server.kill()


@pytest.fixture
def redis(make_redis: Callable[..., Redis]) -> Redis:
    """A Redis of the test's own."""
    return make_redis().start()
