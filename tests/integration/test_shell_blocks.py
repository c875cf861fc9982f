"""Shell blocks of the pages, run as they stand there, at a real API server beside an experiment.

Whether an operator is at work there makes no difference to them, so none waits for one.
"""

import os
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cluster import ROOT, Cluster
from tests.unit.documents.shell_blocks import HELD, RUN, Block, find_holders, list_shell_blocks
from tests.unit.verify.test_program import make_config_map

BLOCKS: Final = [
    block for block in list_shell_blocks() for start in find_holders(block) if HELD[block.page][start] == RUN
]
pytestmark = pytest.mark.timeout(400)  # seventy calls of kubectl, each of which is quick on a machine that is free
PLACES: Final = ("shop", "interleaver-system")  # namespaces that pages name; here they are the test's own
FILES: Final = {
    "token.txt": "token",
    "keys.txt": "whsec_key",
    "password.txt": "secret",
    "url.txt": "redis://s:6379/0",
    "ca.crt": "ca",
}


def make_surroundings() -> list[dict[str, Any]]:
    """What the pages take for granted: an experiment's objects, an operator's, a Deployment that serves."""
    record = make_config_map()
    labels = {"interleaver.dev/experiment": "home-feed", "interleaver.dev/run": "v42-20261122t101500z"}
    record["metadata"] = {"name": "home-feed-v42-20261122t101500z", "labels": labels}
    pod = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "model", "image": "none"}]}}
    idle = {"replicas": 0, "selector": {"matchLabels": {"app": "x"}}, "template": pod}
    objects = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "home-feed"}, "spec": {"ports": [{"port": 80}]}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "home-feed-router"}},
        {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "interleaver-operator"}},
        *(
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": idle}
            for name in ("interleaver-operator", "feed")
        ),
        record,
    ]
    return objects


@pytest.fixture
def folder(cluster: Cluster, namespace: str, tmp_path: Path) -> Path:
    """The reader's folder: the repository's files that pages name, and a kubeconfig of the namespace."""
    experiment = yaml.safe_load((ROOT / "examples/minimal.yaml").read_text())
    documents = [*make_surroundings(), experiment | {"metadata": {"name": "home-feed"}}]
    cluster.kubectl("-n", namespace, "apply", "-f", "-", stdin=yaml.safe_dump_all(documents))
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    for context in config["contexts"]:
        context["context"]["namespace"] = namespace
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    return tmp_path


def test_every_block_that_can_be_run_does_what_it_says(cluster: Cluster, namespace: str, folder: Path) -> None:
    """One after the other, each without what the one before it made: pages use the same names for the same things."""
    assert len(BLOCKS) > 20
    paths = [str(Path(cluster.program).parent), str(ROOT / ".venv/bin"), os.environ["PATH"]]
    environment = os.environ | {"KUBECONFIG": str(folder / "kubeconfig"), "PATH": ":".join(paths)}
    for block in BLOCKS:
        done = run_block(block, namespace, folder, environment)
        assert done.returncode == 0, f"{block.page}: {block.text}\n{done.stdout}\n{done.stderr}"
        kept = "--field-selector=metadata.name!=home-feed-router"
        cluster.kubectl("-n", namespace, "delete", "rolebinding,role,secret", kept)


def run_block(
    block: Block, namespace: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a block to its first failure, with the test's namespace in place of those that it names."""
    text = block.text
    for place in PLACES:
        for before, after in (("-n ", " "), ("serviceaccount=", ":")):
            text = text.replace(f"{before}{place}{after}", f"{before}{namespace}{after}")
    words = ["bash", "-euo", "pipefail", "-c", text]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False)
