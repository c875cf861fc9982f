"""What is in the images, read from the archives that `make image` wrote."""

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hack.images.layers import list_members, read_configuration, read_file

from tests.cluster import ROOT, find_folder

from .test_compiled import COMPILED, name_of

HEAVY = {"kopf", "kubernetes", "scipy", "numpy", "pydantic", "pydantic_core", "aiohttp", "prometheus_client", "yaml"}
TOOLS = {"pip", "setuptools", "mypy", "mypyc"}
COMPILERS = ("usr/bin/gcc", "usr/bin/cc", "/Python.h")

BUNDLE = "etc/ssl/certs/ca-certificates.crt"  # where OpenSSL's own link leads to


@dataclass(frozen=True)
class Image:
    """An image's configuration, the paths in its layers, their bytes, what Python compiled by its source's time, how
    many certificate authorities the bundle has that programs go by, and which libraries have debug symbols."""

    config: dict[str, Any]
    paths: frozenset[str]
    size: int = 0
    timed: frozenset[str] = frozenset()
    authorities: int = 0
    with_symbols: frozenset[str] = frozenset()

    @property
    def packages(self) -> set[str]:
        """Top-level Python packages outside the standard library."""
        roots = ("/site-packages/", "opt/project/")
        found = (path.partition(root)[2] for path in self.paths for root in roots if root in path)
        return {name.partition("/")[0] for name in found if "/" in name}


def find_archive(name: str) -> Path:
    """Where an image of ours is, by its short name; the test is skipped when it has not been built."""
    archive = find_folder() / "images" / f"interleaver-{name}-{os.environ.get('TAG', 'dev')}.tar"
    if not archive.exists():
        pytest.skip(f"{archive.name} has not been built: make image")
    return archive


@cache
def read_image(name: str) -> Image:
    """What is in an image of ours."""
    archive = find_archive(name)
    paths: set[str] = set()
    timed: set[str] = set()
    with_symbols: set[str] = set()
    size = authorities = 0
    for layer, member in list_members(archive):
        paths.add(path := member.name.removeprefix("./"))
        size += member.size
        if path.endswith(".pyc") and read_file(layer, member)[4:8] == bytes(4):
            timed.add(path)
        if path.endswith(".so") and b"\0.debug_info\0" in read_file(layer, member):
            with_symbols.add(path)
        if path == BUNDLE:
            authorities = read_file(layer, member).count(b"BEGIN CERTIFICATE")
    config = json.loads(read_configuration(archive))["config"]
    return Image(config, frozenset(paths), size, frozenset(timed), authorities, frozenset(with_symbols))


@pytest.fixture(scope="module", params=["operator", "router"])
def image(request: pytest.FixtureRequest) -> Image:
    """Each of the product's images."""
    return read_image(request.param)


def test_the_router_image_holds_none_of_the_heavy_packages() -> None:
    packages = read_image("router").packages
    assert packages & HEAVY == set()
    assert packages >= {"interleaver", "msgspec", "uvloop", "httptools"}


def test_the_heavy_packages_are_seen_where_they_are() -> None:
    assert read_image("operator").packages >= HEAVY


def test_an_image_runs_the_command_as_a_numeric_user_that_is_not_root(image: Image) -> None:
    assert image.config["Entrypoint"] == ["interleaver"]
    assert image.config["User"] == "65532:65532"


def test_no_tool_and_no_setting_of_the_build_stays_in_an_image(image: Image) -> None:
    assert image.packages & TOOLS == set()
    assert not image.paths & {"etc/pip.conf", "run/interleaver-build/certificates", "source/pyproject.toml"}
    assert not [setting for setting in image.config["Env"] if "PIP" in setting or "proxy" in setting.lower()]


def test_an_image_holds_no_manual_and_no_translation(image: Image) -> None:
    read = ("usr/share/man/man", "usr/share/info/", "usr/share/locale/")
    assert [path for path in image.paths if path.startswith(read) and path.endswith((".gz", ".mo"))] == []


def test_an_image_trusts_the_usual_certificate_authorities(image: Image) -> None:
    """A webhook's receiver, a Prometheus or a store may have a certificate of theirs."""
    assert image.authorities > 100


def test_nothing_that_python_compiled_is_current_by_its_sources_time(image: Image) -> None:
    """Layers have one time for all files: what was compiled by time would be compiled anew at every start."""
    assert [path for path in image.paths if path.endswith(".pyc")]
    assert not image.timed


def test_the_operators_image_holds_no_tests_of_packages() -> None:
    assert not [path for path in read_image("operator").paths if "/site-packages/" in path and "/tests/" in path]


def test_an_image_holds_all_of_the_project(image: Image) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "operator"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    ).stdout.split()
    modules, scripts = "opt/project/", "opt/project/bin/"
    placed = {path.replace("operator/", modules if "/interleaver/" in path else scripts, 1) for path in tracked}
    assert placed <= image.paths


def test_an_image_holds_the_compiled_modules_and_no_compiler(image: Image) -> None:
    compiled = {
        path.partition(".cpython-")[0] for path in image.paths if path.endswith(".so") and "opt/project/" in path
    }
    wanted = {f"opt/project/{name_of(path).replace('.', '/')}" for path in COMPILED}
    assert compiled == {*wanted, "opt/project/interleaver__mypyc"}
    assert not [path for path in image.paths if path.endswith(COMPILERS)]
