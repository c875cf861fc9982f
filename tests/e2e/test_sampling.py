"""From live traffic to the lab: routers in pods write samples, and both models are asked by the suite made of them."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.scene import Scene, make_manifest, name_failures

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

READ = (
    "import pathlib; "
    "files = sorted(pathlib.Path('/var/lib/interleaver/samples').iterdir()); "
    "print(''.join(file.read_text() for file in files), end='')"
)
RAW_UNIT = r"[0-9]{19}-[0-9]+"  # as shoppers are called
# Both models are asked while the run goes on: once the candidate is promoted, the champion's own Service goes.
ENDLESS = {"minimumRun": "1h", "window": "2h", "minimumVotes": 50, "plannedVotes": 600, "margin": "0.1"}
ENOUGH = 200  # impressions: a few seconds of the shoppers


def run_lab(scene: Scene, *words: str) -> str:
    """A command of the lab, run where the models' Services have their addresses."""
    return scene.cluster.exec(sys.executable, "-m", "interleaver", "lab", *words, seconds=120)


def read_samples(scene: Scene) -> str:
    """All lines that routers in pods have written so far."""
    pods = scene.kubectl("get", "pods", "-l", "interleaver.dev/experiment=feed", "-o", "name").split()
    return "".join(scene.kubectl("exec", pod, "-c", "interleaver-router", "--", "python3", "-c", READ) for pod in pods)


def list_models(scene: Scene) -> dict[str, str]:
    """URL of each revision's own Service."""
    found = json.loads(scene.kubectl("get", "services", "-o", "json"))["items"]
    return {
        service["metadata"]["labels"]["interleaver.dev/revision"]: f"http://{service['spec']['clusterIP']}:"
        f"{service['spec']['ports'][0]['port']}"
        for service in found
        if "interleaver.dev/revision" in service["metadata"].get("labels", {})
    }


def test_what_routers_sampled_becomes_a_suite_by_which_both_models_are_asked(scene: Scene, tmp_path: Path) -> None:
    steps: dict[str, Any] = {"steps": [{"percent": 100}]}
    scene.apply(sampling={"rate": "1", "hash": [{"header": "X-User-Id"}]}, traffic=steps, analysis=ENDLESS)
    scene.await_condition("Ready")
    scene.await_condition("CandidateReady")  # then routers of both can be looked into
    with scene.shoppers("coin") as crowd:
        scene.until(lambda: read_samples(scene).count('"kind":"impression"') > ENOUGH, "samples in the pods")
        lines = read_samples(scene)
        models = list_models(scene)
        (tmp_path / "samples.jsonl").write_text(lines)
        (tmp_path / "experiment.yaml").write_text(yaml.safe_dump(make_manifest(scene.cluster, scene.namespace)))
        suite = str(tmp_path / "suite")
        said = run_lab(
            scene,
            *("build", str(tmp_path / "samples.jsonl"), "--contract", str(tmp_path / "experiment.yaml")),
            *("--output", suite),
        )
        output = tmp_path / "evaluation"
        asked = ("--champion", models["v1"], "--candidate", models["v2"], "--output", str(output), "--json")
        document = json.loads(run_lab(scene, "evaluate", suite, *asked))
        counts = crowd.finish()
    assert name_failures(counts) == {}
    assert counts["requests"] > ENOUGH
    assert said
    assert document["queries"]["judged"] > ENOUGH / 2  # each shopper, by the hash of its name
    (success,) = (each for each in document["figures"] if each["metric"] == "success@5" and each["slice"] is None)
    assert success["champion"] + success["candidate"] == pytest.approx(1)  # what was taken is of one of the two
    assert 0.2 < success["candidate"] < 0.8  # a coin says of which
    assert not re.search(RAW_UNIT, lines)  # what the manifest says to hash is in no line as it came
