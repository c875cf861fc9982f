"""The wheel, as a user gets it: built from a copy of the sources and imported from nowhere else."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement

from tests.cluster import ROOT
from tests.unit.verify.test_program import make_config_map

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
    source = ROOT / "operator"
    pages = source.glob("interleaver/*/*/template/*")  # all that is beside modules: pages of the report and the console
    assert packed == {str(path.relative_to(source)) for path in [*source.rglob("*.py"), *pages]}


def test_the_wheel_brings_its_commands_and_the_licence(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    commands = ["interleaver = interleaver.__main__:main", "kubectl-interleaver = interleaver.plugin.program:main"]
    commands += ["kubectl_complete-interleaver = interleaver.plugin.completion:main"]
    assert wheel.read(names["entry_points.txt"]).decode().split()[1:] == " ".join(commands).split()
    (script,) = (name for name in wheel.namelist() if ".data/scripts/" in name)
    assert script.endswith("/interleaver-drain")
    assert wheel.read(script).startswith(b"#!python"), "whoever installs it puts the interpreter there"
    assert b"Apache License" in wheel.read(names["LICENSE"])


@pytest.mark.parametrize(("module", "word"), [("__main__", "router"), ("plugin.program", "status")])
def test_a_command_runs_from_the_wheel_alone(wheel: zipfile.ZipFile, tmp_path: Path, module: str, word: str) -> None:
    wheel.extractall(tmp_path)
    # -I: neither the repository nor the environment may help; the wheel is all there is beside the dependencies.
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import interleaver.{module} as m; m.main(['--help'])"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert word in done.stdout


@pytest.fixture(scope="module")
def unpacked(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as an installer lays it out."""
    folder = tmp_path_factory.mktemp("installed")
    wheel.extractall(folder)
    return folder


# The wheel beside what an extra brings and nothing else: what of .venv is not of it cannot be imported.
PROGRAM: Final = """
import sys
from importlib.abc import MetaPathFinder
folder, absent, *words = sys.argv[1:]
class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if path is None and name in absent.split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.path.insert(0, folder)
sys.meta_path.insert(0, Missing())
import interleaver
assert interleaver.__file__.startswith(folder), interleaver.__file__
from interleaver.__main__ import main
main(words)
"""


def run_with(folder: Path, extra: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the wheel in an environment with one extra, outside the repository; without any if it is empty."""
    command = [sys.executable, "-I", "-c", PROGRAM, str(folder), ",".join(list_absent(extra)), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def list_absent(extra: str) -> set[str]:
    """The modules of .venv that `pip install interleaver[extra]` does not bring, by what packages say they need."""
    waiting, seen = [(requirement, extra) for requirement in requires("interleaver") or ()], set[str]()
    while waiting:
        requirement, chosen = Requirement(waiting[-1][0]), waiting.pop()[1]
        if requirement.name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": chosen})):
            continue
        seen.add(requirement.name)
        inner = ["", *requirement.extras]
        waiting += [(needed, each) for needed in requires(requirement.name) or () for each in inner]
    names = {"interleaver", *map(normalise, seen)}
    return {name for name, found in packages_distributions().items() if not names & set(map(normalise, found))}


def normalise(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


RUNS: Final = {
    "simulate": ("--votes-per-day", "1500", "--runs", "20", "--jobs", "1"),
    "plan": ("--votes-per-day", "1500", "--runs", "2", "--jobs", "1", "--preferences", "0"),
    "verify-record": ("record.json",),
}


@pytest.mark.parametrize("command", RUNS)
def test_what_needs_no_cluster_runs_from_the_wheel_with_its_extra(unpacked: Path, command: str) -> None:
    (unpacked / "record.json").write_text(json.dumps(make_config_map()))
    done = run_with(unpacked, "tools", command, *RUNS[command])
    assert done.returncode == 0, done.stderr
    assert {"simulate": "Promote", "plan": "Promote", "verify-record": "agrees"}[command] in done.stdout


@pytest.mark.parametrize("command", RUNS)
def test_without_its_extra_a_command_says_how_to_have_it(unpacked: Path, command: str) -> None:
    done = run_with(unpacked, "", command, *RUNS[command])
    assert done.returncode == 1
    assert "pip install 'interleaver[tools]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_plugin_starts_from_the_wheel_with_its_extra(unpacked: Path) -> None:
    program = PROGRAM.replace("interleaver.__main__ import main", "interleaver.plugin.program import main")
    command = [sys.executable, "-I", "-c", program, str(unpacked), ",".join(list_absent("plugin")), "--help"]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "status" in done.stdout
