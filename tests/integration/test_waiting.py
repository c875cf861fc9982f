"""What cannot start costs the API server little, and less and less, as counted on the way to it."""

import time
from collections.abc import Iterator

import pytest

from tests.integration.documents import change, load
from tests.integration.test_controller_program import Stage, stage, until
from tests.integration.wire import Wire, wired

__all__ = ["stage"]

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

FIRST = 30.0  # seconds, in which visits get rare
SECONDS = 90.0  # after that
RATE = 0.2  # requests a second; 8.4 before visits backed off


@pytest.fixture
def wire(stage: Stage) -> Iterator[Wire]:
    with wired(stage.kubeconfig.read_text()) as (wire, text):
        stage.kubeconfig = stage.log.with_name("wired.yaml")
        stage.kubeconfig.write_text(text)
        yield wire
        stage.stop()


def test_an_experiment_whose_image_cannot_be_pulled_asks_less_than_once_in_five_seconds(
    stage: Stage, wire: Wire
) -> None:
    stage.start()
    stage.apply(change(load(), "spec.candidate", None))
    until(lambda: stage.condition("Ready").get("reason") in ("ErrImagePull", "ImagePullBackOff"), "trouble", stage.tell)
    time.sleep(FIRST)
    before = len(wire.requests)
    time.sleep(SECONDS)
    asked = wire.requests[before:]
    assert len(asked) <= RATE * SECONDS, asked
