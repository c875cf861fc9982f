"""The operator as it is installed tells a receiver on another host of a verdict, by a Secret made as the docs say."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interleaver.api.verdict_event import VerdictEvent
from interleaver.controller.telling.signature import read_keys, sign
from tests.e2e.mounted import OPERATOR, await_file
from tests.e2e.programs import Program, find_host, find_port
from tests.e2e.scene import Scene
from tests.unit.controller.telling.test_signature import SECRET

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

MOUNTED = "/etc/interleaver/webhook/url"


@pytest.fixture
def got(scene: Scene, tmp_path: Path) -> Iterator[Path]:
    """What a receiver got that is told of this namespace's verdicts alone."""
    file, host, port = tmp_path / "got", find_host(scene.cluster), find_port(scene.cluster)
    program = Program(sys.executable, "-m", "tests.e2e.receiver", f"--port={port}", f"--file={file}")
    words = {"url": f"http://{host}:{port}/", "keys": SECRET, "namespaces": scene.namespace}
    literals = [f"--from-literal={name}={text}" for name, text in words.items()]
    program.start()
    try:
        scene.cluster.kubectl(*OPERATOR, "create", "secret", "generic", "interleaver-webhook", *literals)
        await_file(scene.cluster, MOUNTED, there=True)
        yield file
    finally:
        scene.cluster.kubectl(*OPERATOR, "delete", "secret", "interleaver-webhook", "--ignore-not-found")
        await_file(scene.cluster, MOUNTED, there=False)
        program.stop()


def find_delivery(scene: Scene) -> dict[str, Any]:
    """The delivery in the status; empty before there is one."""
    return next(iter(scene.status().get("deliveries", [])), {})


def test_a_promotion_is_told_again_until_the_receiver_takes_it(scene: Scene, got: Path) -> None:
    scene.apply(promotion={"mode": "Manual", "rollbackWindow": "3s", "progressDeadline": "1m"})
    scene.until(lambda: scene.status().get("run", {}).get("percent", 0) >= 50, "a run", 120)
    run = scene.status()["run"]["id"]
    scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/promote={run}")
    with scene.shoppers("v2"):
        scene.await_condition("Concluded", reason="Promote", seconds=120)
        scene.until(lambda: find_delivery(scene).get("state") == "Delivered", "the delivery", 120)
    assert find_delivery(scene)["attempts"] == 2
    first, second = (json.loads(line) for line in got.read_text().splitlines())
    assert (first["head"]["webhook-id"], first["body"]) == (second["head"]["webhook-id"], second["body"])
    event = VerdictEvent.model_validate_json(second["body"])
    assert (event.data.run, event.data.verdict, event.data.namespace) == (run, "Promote", scene.namespace)
    signed = sign(read_keys(SECRET), event.id, int(second["head"]["webhook-timestamp"]), second["body"].encode())
    assert {name: second["head"][name] for name in signed} == signed
