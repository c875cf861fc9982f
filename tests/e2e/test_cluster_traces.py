"""A second cluster beside the one under test, to see what a cluster leaves behind."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cluster import PROGRAM, Cluster, find_folder, run

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


class Second:
    """A cluster in a folder and a network of its own, with the binaries of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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

    def start_pod(self) -> None:
        """Start a pod and wait for it."""
        self.run("kubectl", "run", "web", "--image=localhost/pause:1", "--image-pull-policy=Never")
        done = self.run("kubectl", "wait", "--for=condition=Ready", "pod/web", "--timeout=60s")
        assert done.returncode == 0, done.stderr

    def find_sockets(self) -> set[Path]:
        """Sockets of the containers' shims. They lie outside the folder, among those of other clusters."""
        tasks = self.folder / "state/containerd/state/io.containerd.runtime.v2.task"
        return {Path(file.read_text().removeprefix("unix://")) for file in tasks.glob("*/*/address")}

    def kill(self) -> None:
        """Kill all of its processes at once, as a machine that is reset does."""
        while found := re.findall(r"^process (\d+):", self.run("traces").stdout, re.MULTILINE):
            for number in found:
                with suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)


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


def test_a_cluster_that_was_killed_and_came_up_again_leaves_nothing_of_its_dead_containers(second: Second) -> None:
    assert second.run("up").returncode == 0
    second.start_pod()
    sockets = second.find_sockets()
    second.kill()
    assert second.run("up").returncode == 0
    assert sockets
    assert all(socket.exists() for socket in sockets), "the dead shims' sockets are still there"
    assert sockets.isdisjoint(second.find_sockets()), "and no folder tells of them any more"
    assert second.run("down").returncode == 0
    assert not any(socket.exists() for socket in sockets)
    left = second.run("traces")
    assert (left.returncode, left.stdout) == (0, "")
