"""A second cluster beside the one under test, to see what a cluster leaves behind."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import PROGRAM, Cluster, find_folder, run

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


class Second:
    """A cluster in a folder and a network of its own, with the binaries of the first."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {
            "CLUSTER": "node",
            "CLUSTER_DIR": str(folder),
            "CLUSTER_NET": f"192.168.{100 + os.getpid() % 100}",
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the cluster script on it; a failure is an outcome."""
        return subprocess.run(
            [PROGRAM, *words], env=self.environment, capture_output=True, text=True, timeout=200, check=False
        )


@pytest.fixture
def second(cluster: Cluster) -> Iterator[Second]:
    """A second cluster, not started. Its folder is short, for the path of a socket below it is limited."""
    if run(str(PROGRAM), "provider").strip() != "node":
        pytest.skip("only the node provider runs on this machine itself")
    with tempfile.TemporaryDirectory(dir=find_folder()) as folder:
        Path(folder, "bin").mkdir()
        for program in (find_folder() / "bin").iterdir():
            Path(folder, "bin", program.name).hardlink_to(program)
        second = Second(Path(folder))
        yield second
        second.run("down")


def test_a_cluster_that_is_down_has_left_nothing(second: Second) -> None:
    assert second.run("up").returncode == 0
    found = second.run("traces")
    assert found.returncode == 1
    kinds = {line.split()[0] for line in found.stdout.splitlines()}
    assert kinds >= {"process", "mount", "namespace", "interface", "cgroup", "directory"}
    assert second.run("down").returncode == 0
    left = second.run("traces")
    assert (left.returncode, left.stdout) == (0, "")


def test_down_twice_is_down(second: Second) -> None:
    assert [second.run("down").returncode, second.run("down").returncode] == [0, 0]
