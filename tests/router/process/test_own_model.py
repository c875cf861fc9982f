"""A pod is Ready only when its router has reached its own model, where it will call it and where others will."""

from collections.abc import Callable
from pathlib import Path

import pytest

from interleaver.router.process.own_model import OwnModel
from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Loop, Model
from tests.router.programs import Answer, wait_until

MakeStage = Callable[..., Stage]
POD_ADDRESS = "127.0.0.2"  # another address of the same machine, as a pod's own is
REACHED = "interleaver_own_model_reached"


@pytest.fixture
def model(loop: Loop) -> Model:
    return Model(loop, lambda seen: answer_items("a"))


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
