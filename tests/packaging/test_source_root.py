"""operator/ shares its name with a module of the standard library, which it must never shadow."""

import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from tests.cluster import ROOT


def find_operator(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that `import operator` means for a program started in `root`."""
    monkeypatch.chdir(root)
    PathFinder.invalidate_caches()
    spec = PathFinder.find_spec("operator", ["", *sys.path])
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def test_the_source_root_does_not_shadow_the_standard_librarys_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_operator(ROOT, monkeypatch) == Path(sysconfig.get_path("stdlib"), "operator.py")


def test_an_init_file_in_the_source_root_would_shadow_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    intruder = tmp_path / "operator/__init__.py"
    intruder.parent.mkdir()
    intruder.touch()
    assert find_operator(tmp_path, monkeypatch) == intruder
