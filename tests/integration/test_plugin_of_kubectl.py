"""kubectl itself finds the plugin, hands it its words, and asks it what may come next."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import make_running_world
from tests.cluster import ROOT, Cluster
from tests.integration.plugin import Person
from tests.integration.shield import Shield

pytestmark = pytest.mark.cluster

PROGRAMS = {
    "kubectl-interleaver": "interleaver.plugin.program",
    "kubectl_complete-interleaver": "interleaver.plugin.completion",
}


def install(folder: Path, kubectl: str) -> None:
    """The programs of the wheel and kubectl, in a folder for the PATH."""
    for name, module in PROGRAMS.items():
        file = folder / name
        file.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT / 'operator')!r})\n"
            f"from {module} import main\nsys.exit(main())\n"
        )
        file.chmod(0o755)
    (folder / "kubectl").symlink_to(kubectl if "/" in kubectl else f"/usr/bin/{kubectl}")


def test_kubectl_runs_it_and_completes_its_words(
    cluster: Cluster, namespace: str, shield: Shield, tmp_path: Path
) -> None:
    shield.put_over(namespace)
    Person(cluster, namespace).put(make_running_world())
    install(tmp_path, cluster.program)
    environment = os.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin", "KUBECONFIG": str(cluster.kubeconfig)}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [str(tmp_path / "kubectl"), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    done = run("interleaver", "status", "home-feed", "-n", namespace)
    assert (done.returncode, done.stdout.partition(",")[0]) == (3, f"{namespace}/home-feed: Running"), done.stderr
    assert run("__complete", "interleaver", "pa").stdout.startswith("pause\t")
    done = run("__complete", "interleaver", "status", "-n", namespace, "")
    assert done.stdout.splitlines() == ["home-feed", ":4"], done.stderr
