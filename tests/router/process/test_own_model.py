"""A pod is Ready only when its router has reached its own model, where it will call it and where others will."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interleaver.router.process.own_model import ALONE_SECONDS, LOOK_SECONDS, REFUSED, SILENT, OwnModel
from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Loop, Model
from tests.router.ports import find_port
from tests.router.programs import Answer, wait_until

MakeStage = Callable[..., Stage]
POD_ADDRESS = "127.0.0.2"  # another address of the same machine, as a pod's own is
REACHED = "interleaver_own_model_reached"


@pytest.fixture
def model(loop: Loop) -> Iterator[Model]:
    model = Model(loop, lambda seen: answer_items("a"))
    yield model
    model.stop()


def start(make_stage: MakeStage, model: Model, *flags: str) -> Stage:
    stage = make_stage()
    stage.router.model = f"http://127.0.0.1:{model.port}"
    stage.router.flags = ["--pod-address", POD_ADDRESS, *flags]
    return stage.start(candidate=None, run=None)


def is_ready(stage: Stage) -> bool:
    return stage.router.admin("GET", "/readyz").status == 200


def ask(stage: Stage) -> Answer:
    return stage.router.request("GET", "/anything")


@pytest.mark.parametrize(
    ("host", "reached"), [("0.0.0.0", {"loopback": 1, "pod": 1}), (POD_ADDRESS, {"loopback": 0, "pod": 1})]
)
def test_a_model_is_called_where_it_listens(
    make_stage: MakeStage, model: Model, host: str, reached: dict[str, int]
) -> None:
    model.start(host)
    stage = start(make_stage, model)
    wait_until(lambda: is_ready(stage), "the router is ready")
    assert {name: stage.router.sample(REACHED, address=name) for name in reached} == reached
    assert ask(stage).status == 200


def test_a_model_that_other_pods_cannot_reach_is_not_ready_and_it_is_said_what_to_do(
    make_stage: MakeStage, model: Model
) -> None:
    model.start("127.0.0.1")
    stage = start(make_stage, model)
    wait_until(lambda: stage.router.sample(REACHED, address="loopback") == 1, "it is reached over loopback")
    answer = stage.router.admin("GET", "/readyz")
    assert answer.status == 503
    assert (
        f"other pods call it at http://{POD_ADDRESS}:{model.port}: let it listen on 0.0.0.0" in answer.json()["error"]
    )
    wait_until(lambda: stage.router.find_event("model-missed"), "the log says so")


def test_a_model_that_starts_late_makes_the_router_ready(make_stage: MakeStage, model: Model) -> None:
    model.start("0.0.0.0")
    model.stop()
    stage = start(make_stage, model)
    answer = stage.router.admin("GET", "/readyz")
    assert answer.status == 503
    assert "nothing answers at http://127.0.0.1" in answer.json()["error"]
    model.start("0.0.0.0")
    wait_until(lambda: is_ready(stage), "the router is ready")


def test_without_a_model_beside_it_a_router_asks_for_none(make_stage: MakeStage, tmp_path: Path) -> None:
    stage = make_stage()
    stage.router.revision_hash, stage.router.model = "", "http://127.0.0.1:9"
    stage.start()
    assert is_ready(stage)


@pytest.mark.parametrize(
    ("address", "url"), [("10.1.2.3", "http://10.1.2.3:9000"), ("fd00::7", "http://[fd00::7]:9000")]
)
def test_a_pods_address_may_be_of_either_family(address: str, url: str) -> None:
    assert OwnModel("http://127.0.0.1:9000", address, lambda _: None).urls["pod"] == url


def test_a_model_of_ipv6_alone_is_called_at_the_pods_address(make_stage: MakeStage, model: Model) -> None:
    model.start("::1")
    stage = make_stage()
    stage.router.model = f"http://127.0.0.1:{model.port}"
    stage.router.flags = ["--pod-address", "::1"]
    stage.start(candidate=None, run=None)
    wait_until(lambda: is_ready(stage), "the router is ready")
    assert ask(stage).status == 200


def test_a_router_in_a_pod_of_ipv6_can_be_reached(make_stage: MakeStage, model: Model) -> None:
    model.start("::")
    stage = make_stage()
    stage.router.model = f"http://127.0.0.1:{model.port}"
    port = find_port()
    stage.router.flags = ["--pod-address", "::1", "--host", "0.0.0.0", "--port", str(port)]
    stage.start(candidate=None, run=None)
    with socket.create_connection(("::1", port), timeout=5), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def test_a_router_whose_model_is_gone_is_not_ready_until_it_is_back(make_stage: MakeStage, model: Model) -> None:
    model.start("0.0.0.0")
    stage = start(make_stage, model)
    wait_until(lambda: is_ready(stage), "the router is ready")
    model.stop()
    assert ask(stage).status == 502
    wait_until(lambda: not is_ready(stage), "it is not ready any more")
    answer = stage.router.admin("GET", "/readyz").json()
    assert answer["reason"] == "ModelUnreachable"
    assert f"(connection refused) or http://{POD_ADDRESS}:{model.port} (connection refused)" in answer["error"]
    assert stage.router.sample(REACHED, address="pod") == 0
    assert stage.router.find_event("model-lost")
    model.start("0.0.0.0")
    wait_until(lambda: is_ready(stage), "it is ready again")
    assert ask(stage).status == 200


class Places:
    """Addresses that answer as a test says, by the host."""

    def __init__(self, **missed: str) -> None:
        self.missed = missed
        self.called: list[str] = []

    async def reach(self, host: str, port: int) -> str:
        return self.missed["loopback" if host == "127.0.0.1" else "pod"]

    def make(self) -> OwnModel:
        return OwnModel("http://127.0.0.1:9000", "10.1.2.3", self.called.append, self.reach)


def test_a_model_that_is_slow_to_accept_is_not_lost() -> None:
    places = Places(loopback="", pod="")
    model = places.make()
    asyncio.run(model.look())
    places.missed |= {"loopback": SILENT, "pod": SILENT}
    asyncio.run(model.check())
    assert model.is_ready()


def test_a_model_that_leaves_loopback_is_called_at_the_pods_address() -> None:
    places = Places(loopback="", pod="")
    model = places.make()
    asyncio.run(model.look())
    assert places.called == []
    places.missed["loopback"] = REFUSED
    asyncio.run(model.check())
    assert model.is_ready()
    assert places.called == ["http://10.1.2.3:9000"]


def test_what_listens_on_loopback_first_has_a_few_seconds_before_that_is_called_a_mistake() -> None:
    places = Places(loopback="", pod=REFUSED)
    model = places.make()
    reasons = []
    for _ in range(int(ALONE_SECONDS / LOOK_SECONDS) + 1):
        asyncio.run(model.look())
        reasons.append(model.name_reason())
    assert reasons == ["ModelUnreachable"] * (len(reasons) - 1) + ["ModelOnLoopback"]
    assert "let it listen on 0.0.0.0 (or ::) instead of loopback (connection refused there)" in model.explain()
    places.missed["pod"] = ""
    assert asyncio.run(model.look())
