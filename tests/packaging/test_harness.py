"""The harness itself, run by a pytest of its own on a small tree of tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import ROOT

HARNESS = ("tests/__init__.py", "tests/conftest.py", "tests/cluster.py", "tests/layers.py", "tests/namespaces.py")
TESTS = {
    "tests/e2e/test_dear.py": "def test_dear(cluster): assert cluster.kubectl('version')",
    "tests/unit/test_cheap.py": (
        "def test_cheap(record_property): record_property('left out', 'its dear half')\ndef test_wrong(): assert False"
    ),
    "tests/router/test_between.py": "import pytest\npytest.importorskip('no_such_module')",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with the harness and three layers: one passes and fails, one skips itself, one needs a cluster."""
    for name in HARNESS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name, text in TESTS.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    # A cluster script that has nothing up, in the place where the harness looks for it.
    script = tmp_path / "hack/cluster/cluster"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\necho /no/such/kubeconfig\n")
    script.chmod(0o755)
    return tmp_path


def run_pytest(tree: Path, *options: str, **environment: str) -> tuple[int, list[str]]:
    """Exit code and lines of a run."""
    kept = {name: value for name, value in os.environ.items() if name not in ("REQUIRE_CLUSTER", "PYTEST_ADDOPTS")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tree, *options],
        cwd=tree,
        env=kept | {"PYTHONPATH": str(tree), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_the_layers_run_from_the_cheapest_to_the_dearest(tree: Path) -> None:
    _, lines = run_pytest(tree, "-vv")
    ran = [line.split(" ")[0] for line in lines if "::" in line and line.startswith("tests/") and "%]" in line]
    assert ran == [
        "tests/unit/test_cheap.py::test_cheap",
        "tests/unit/test_cheap.py::test_wrong",
        "tests/e2e/test_dear.py::test_dear",
    ]


def test_every_layer_is_summed_up_before_the_closing_line(tree: Path) -> None:
    code, lines = run_pytest(tree)
    rows = {line.split()[0]: line.split()[2:] for line in lines if line.split()[:1] in (["unit"], ["router"], ["e2e"])}
    assert rows == {"unit": ["1", "1", "0"], "router": ["0", "0", "1"], "e2e": ["0", "0", "1"]}
    assert code == 1
    assert lines[-1].startswith("1 failed, 1 passed, 2 skipped in ")


def test_a_skip_is_listed_with_its_reason(tree: Path) -> None:
    _, lines = run_pytest(tree)
    skips = [line for line in lines if line.startswith("SKIPPED")]
    assert skips[0] == (
        "SKIPPED tests/e2e/test_dear.py::test_dear: no cluster is up (/no/such/kubeconfig is missing): make cluster"
    )
    assert "no_such_module" in skips[1]


def test_what_a_test_leaves_out_by_design_is_listed(tree: Path) -> None:
    _, lines = run_pytest(tree, "tests/unit")
    assert [line for line in lines if line.startswith("LEFT OUT")] == [
        "LEFT OUT tests/unit/test_cheap.py::test_cheap: its dear half"
    ]


def test_a_skip_fails_where_a_cluster_is_required(tree: Path) -> None:
    code, lines = run_pytest(tree, "--deselect=tests/unit/test_cheap.py::test_wrong", REQUIRE_CLUSTER="1")
    assert code != 0
    assert "1 error" in lines[-1]
    code, lines = run_pytest(tree, "tests/e2e", REQUIRE_CLUSTER="1")
    assert (code, lines[-1].split(" in ")[0]) == (1, "1 error")
