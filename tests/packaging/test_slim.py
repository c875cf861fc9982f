"""What was taken out of the operator's image is needed by none of its programs, and what is left says what it is."""

import base64
import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hack.images.layers import list_members
from hack.images.slim import OF_OPERATOR, remove, strip

from tests.cluster import ROOT

from .test_images import find_archive, read_image
from .test_requirements import read_pins

pytestmark = pytest.mark.timeout(300)

BOUNDS: Final = {"operator": 200_000_000, "router": 90_000_000}  # bytes of files as they are unpacked
OWN: Final = ("opt/interleaver/lib/python3.11/site-packages/", "opt/project/")
# Imports everything but the programs of other images: what a module misses must be no package that is in this one.
IMPORT_ALL: Final = """
import importlib, pkgutil, sys, interleaver
for module in pkgutil.walk_packages(interleaver.__path__, "interleaver."):
    if module.name.startswith(("interleaver.lab", "interleaver.router")) or module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as missing:
        print(missing.name)
loaded = {name for name in sys.modules if name.startswith("scipy.") and name.count(".") == 1}
assert loaded >= {"scipy.special"} and not loaded & {"scipy.optimize", "scipy.linalg", "scipy.sparse"}, loaded
"""
SIMULATE: Final = ("simulate", "--runs", "5", "--votes-per-day", "3000", "--preference", "0.05", "--seed", "1")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The operator's packages and the project, as they are in the image."""
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the image's packages are for Python 3.11")
    folder = tmp_path_factory.mktemp("operator")
    for layer, member in list_members(find_archive("operator")):
        if member.name.removeprefix("./").startswith(OWN):
            layer.extract(member, folder, filter="tar")
    return folder


def run(folder: Path, *words: str) -> str:
    """What Python prints with the image's packages and no others."""
    environment = {"PYTHONPATH": os.pathsep.join(str(folder / path) for path in OWN), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-S", *words], capture_output=True, text=True, env=environment, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("image", BOUNDS)
def test_an_image_is_no_larger_than_it_was_promised_to_be(image: str) -> None:
    assert read_image(image).size <= BOUNDS[image]


@pytest.mark.parametrize("image", BOUNDS)
def test_no_library_of_an_image_has_debug_symbols(image: str) -> None:
    assert not read_image(image).with_symbols


def test_every_part_of_the_operator_is_loaded_with_what_is_left_and_of_scipy_one_part_alone(unpacked: Path) -> None:
    missed = {name.partition(".")[0] for name in run(unpacked, "-c", IMPORT_ALL).split()}
    assert not missed & {path.name for path in (unpacked / OWN[0]).iterdir()}


def test_what_the_operators_image_counts_is_what_all_of_scipy_counts(unpacked: Path) -> None:
    here = subprocess.run(
        [sys.executable, "-m", "interleaver", *SIMULATE], capture_output=True, text=True, timeout=200, check=True
    )
    assert run(unpacked, "-m", "interleaver", *SIMULATE) == here.stdout


def test_packages_lists_say_which_files_there_are_and_what_they_hold(unpacked: Path) -> None:
    packages = unpacked / OWN[0]
    records = list(packages.glob("*.dist-info/RECORD"))
    assert len(records) == len(read_pins(ROOT / "requirements/operator.txt"))
    for record in records:
        with record.open(newline="") as file:
            for name, digest, _ in csv.reader(file):
                if digest and not name.startswith("../"):
                    found = hashlib.sha256((packages / name).read_bytes()).digest()
                    assert digest == "sha256=" + base64.urlsafe_b64encode(found).rstrip(b"=").decode(), name


def test_licences_stay(unpacked: Path) -> None:
    kept = [str(path) for path in unpacked.rglob("LICENSE*")]
    for name in ("numpy", "scipy", "kubernetes", "aiohttp"):
        assert any(f"/{name}-" in path for path in kept), name


def test_a_name_that_no_package_has_any_more_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"see what its package has become"):
        remove(tmp_path, OF_OPERATOR)


def test_a_library_without_symbols_is_not_touched(tmp_path: Path) -> None:
    library = tmp_path / "moved.so"
    library.write_bytes(b"no ELF file at all, and nothing to strip")
    strip(tmp_path)
    assert library.read_bytes().startswith(b"no ELF")
