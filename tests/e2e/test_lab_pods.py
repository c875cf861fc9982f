"""One suite evaluated by the pods of an Indexed Job on a real node, of which one is killed: the figures of one run.
`make lab-pods` builds the image of the lab that this needs."""

import json
import re
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
import yaml

from tests.cluster import ROOT, Cluster
from tests.e2e.scene import make_model
from tests.integration.test_controller_program import until
from tests.lab.asking.test_shards import read_evaluation
from tests.unit.lab.suites.folders import make_ranking

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(500)]

PAGE: Final = ROOT / "docs/how-to/evaluate-over-several-pods.md"
SHARE: Final = "$(JOB_COMPLETION_INDEX)/3"
QUERIES: Final = 1201  # no multiple of the parts
MODELS: Final = ("v41", "v42")
GATE: Final = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.1, slices: [taste], notTold: pass}]\n"


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """A folder for pods of any user: a suite with what people think of each model's items, and a gate."""
    chance = Random(7)
    queries = [
        {"query": f"q{row}", "unit": f"u{row % 99}", "request": {"user": row}, "source": "production"}
        | {"attributes": {"taste": "abc"[row % 3]}}
        for row in range(QUERIES)
    ]
    judgments = [
        {"query": f"q{row}", "item": f"{model}-{item}", "gain": chance.randrange(4)}
        for row in range(QUERIES)
        for model in MODELS
        for item in range(6)
    ]
    make_ranking(tmp_path, queries=queries, judgments=judgments).rename(tmp_path / "feed")
    (tmp_path / "gate.yaml").write_text(GATE)
    tmp_path.chmod(0o777)
    return tmp_path


class Jobs:
    """The Job of the page, and others like it, in one namespace and over one folder."""

    def __init__(self, cluster: Cluster, namespace: str, volume: Path) -> None:
        self.cluster, self.namespace = cluster, namespace
        self.addresses = {name: self.serve(name) for name in MODELS}
        (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
        self.shared: dict[str, Any] = yaml.safe_load(block)
        pod = self.shared["spec"]["template"]["spec"]
        pod["volumes"] = [{"name": "lab", "hostPath": {"path": str(volume)}}]
        pod["containers"][0] |= {"image": cluster.image("lab"), "imagePullPolicy": "Never"}

    def kubectl(self, *words: str, **options: Any) -> str:
        return self.cluster.kubectl("-n", self.namespace, *words, **options)

    def serve(self, name: str) -> str:
        """A model's address."""
        spec = make_model(self.cluster, name, "--delay=0.02")["source"]["template"]["spec"]
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(pod))
        self.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s", seconds=70)
        return self.kubectl("get", "pod", name, "-o", "jsonpath={.status.podIP}")

    def start(self, name: str, *words: str, completions: int = 1) -> None:
        """A Job of the page's form; words like feed-v41 in it stand for a model."""
        job = deepcopy(self.shared)
        job["metadata"]["name"] = name
        job["spec"] |= {"completions": completions, "parallelism": completions}
        job["spec"]["template"]["spec"]["containers"][0]["args"] = [self.address(word) for word in words]
        self.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(job))

    def address(self, word: str) -> str:
        return re.sub(r"feed-(v\d+)", lambda found: self.addresses[found[1]], word)

    @property
    def words(self) -> list[str]:
        """What the page's Job runs, asking one case at a time: so that there is time to kill one."""
        (container,) = self.shared["spec"]["template"]["spec"]["containers"]
        return [*container["args"], "--concurrency", "1"]

    def await_end(self, name: str) -> None:
        self.kubectl("wait", "--for=condition=Complete", f"job/{name}", "--timeout=120s", seconds=130)

    def pods(self, name: str) -> dict[str, str]:
        """Names of pods by their index."""
        found = self.cluster.get("pods", self.namespace, selector=f"job-name={name}")["items"]
        index = "batch.kubernetes.io/job-completion-index"
        return {pod["metadata"]["annotations"][index]: pod["metadata"]["name"] for pod in found}


def test_a_part_whose_pod_is_killed_is_asked_again_alone_and_the_figures_are_those_of_one_run(
    cluster: Cluster, namespace: str, volume: Path
) -> None:
    jobs = Jobs(cluster, namespace, volume)
    jobs.start("parts", *jobs.words, completions=3)
    answers = volume / "parts/answers"
    killed = answers / "candidate.1-of-3.jsonl"
    until(lambda: killed.exists() and killed.stat().st_size > 0, "answers of the part that will be killed")
    first = jobs.pods("parts")
    jobs.kubectl("delete", "pod", first["1"], "--grace-period=0", "--force")
    kept = killed.read_bytes()
    assert 3 < kept.count(b"\n") < QUERIES // 3, "it was killed before its end"
    jobs.await_end("parts")
    last = jobs.pods("parts")
    assert (last["0"], last["2"]) == (first["0"], first["2"])
    assert last["1"] != first["1"]
    assert killed.read_bytes().startswith(kept[: kept.rindex(b"\n")]), "what it had been told was not asked again"
    merging = ("merge", "/lab/feed", "/lab/parts", "--gate", "/lab/gate.yaml", "--output", "/lab/evaluation")
    jobs.start("merge", *merging)
    whole = [word.replace("/lab/parts", "/lab/whole") for word in jobs.words if word not in ("--shard", SHARE)]
    jobs.start("whole", *whole, "--gate", "/lab/gate.yaml")
    jobs.await_end("merge")
    jobs.await_end("whole")
    assert read_evaluation(volume / "evaluation") == read_evaluation(volume / "whole")
