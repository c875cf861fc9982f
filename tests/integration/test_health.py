"""An experiment's health as GitOps tools read it, from the first moment: by the generation and two conditions.

https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md says what they conclude.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.documents import change
from tests.integration.test_controller_program import PARTING, Stage, make_document, stage, until

__all__ = ["stage"]
pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings(PARTING)]


def judge(live: dict[str, Any]) -> str:
    """What kstatus calls a resource: the rules that apply to one of a kind that it does not know."""
    status = live.get("status", {})
    if status.get("observedGeneration", live["metadata"]["generation"]) != live["metadata"]["generation"]:
        return "InProgress"
    found = {"Reconciling": "InProgress", "Stalled": "Failed"}
    true = [one["type"] for one in status.get("conditions", []) if one["status"] == "True"]
    return next((found[kind] for kind in true if kind in found), "Current")


def parse_stream(text: str) -> Iterator[dict[str, Any]]:
    """The documents of `kubectl get --watch --output=json`, which stand one after the other; the last may be cut."""
    decoder, at = json.JSONDecoder(), 0
    while (at := next((i for i in range(at, len(text)) if text[i] == "{"), len(text))) < len(text):
        try:
            live, at = decoder.raw_decode(text, at)
        except ValueError:
            return
        yield live


@contextmanager
def watching(stage: Stage, file: Path) -> Iterator[None]:
    """Every form that the experiment takes meanwhile is written to the file, as the API server tells it."""
    command = [stage.cluster.program, "--kubeconfig", str(stage.cluster.kubeconfig), "-n", stage.namespace, "get"]
    with file.open("wb") as out:
        process = subprocess.Popen(
            [*command, "interleavingexperiments", "--watch", "--output=json"], stdout=out, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def test_a_new_experiment_is_in_progress_until_it_fails_and_never_both(stage: Stage, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    with watching(stage, seen):
        promotion = {"progressDeadline": "4s", "rollbackWindow": "1s"}
        stage.apply(change(make_document(), "spec.promotion", promotion))
        assert judge(stage.experiment()) == "InProgress", "nobody has seen it yet"
        stage.start()
        until(lambda: stage.condition("Stalled"), "the deadline", stage.tell)
        until(lambda: any("Stalled" in json.dumps(live) for live in parse_stream(seen.read_text())), "the watch")
    forms = list(parse_stream(seen.read_text()))
    assert forms[0]["status"] == {"observedGeneration": -1}
    judged = [judge(live) for live in forms]
    assert list(dict.fromkeys(judged)) == ["InProgress", "Failed"], judged
    for live in forms:
        types = {one["type"] for one in live["status"].get("conditions", [])}
        assert not {"Reconciling", "Stalled"} <= types
    assert stage.experiment()["status"]["underway"]["reason"] == "RollingOut", "it is rolled out all the same"
