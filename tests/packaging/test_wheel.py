"""The wheel, as a user gets it: built from a copy of the sources and imported from nowhere else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cluster import ROOT

SOURCES = ("LICENSE", "README.md", "pyproject.toml", "setup.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The built wheel. The copy keeps setuptools' folders out of the repository."""
    copy, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "operator", copy / "operator", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", target, copy], check=True)
    (file,) = target.glob("interleaver-*.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_holds_every_module_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name and ".data/scripts/" not in name}
    assert packed == {str(path.relative_to(ROOT / "operator")) for path in (ROOT / "operator").rglob("*.py")}


def test_the_wheel_brings_its_commands_and_the_licence(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert wheel.read(names["entry_points.txt"]).decode().split("\n")[1] == "interleaver = interleaver.__main__:main"
    (script,) = (name for name in wheel.namelist() if ".data/scripts/" in name)
    assert script.endswith("/interleaver-drain")
    assert wheel.read(script).startswith(b"#!python"), "whoever installs it puts the interpreter there"
    assert b"Apache License" in wheel.read(names["LICENSE"])


def test_the_command_runs_from_the_wheel_alone(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    # -I: neither the repository nor the environment may help; the wheel is all there is beside the dependencies.
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import interleaver.__main__ as m; m.main(['--help'])"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "router" in done.stdout
