"""The locked requirement files: everything pinned and hashed, no address of any index, one version everywhere."""

import re
from pathlib import Path

import pytest

from tests.cluster import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
# What the router is measured against, model servers to test it with, and tools in environments of their own.
BESIDE = ("bench.txt", "servers.txt", "site.txt", "sbom.txt")
SHIPPED = [file for file in FILES if file.name not in BESIDE]
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+) \\$")
HEAVY = {"kopf", "kubernetes", "scipy", "numpy", "pydantic", "pydantic-core", "aiohttp", "prometheus-client", "pyyaml"}


def read_pins(file: Path) -> dict[str, str]:
    """Version by name."""
    return {found["name"]: found["version"] for line in file.read_text().splitlines() if (found := PIN.match(line))}


def find_fault(text: str) -> str | None:
    """The first line that is no pin with its hashes, or None. A comment may say which package asked for one."""
    hashed = True
    for line in text.splitlines():
        if line.startswith("    --hash=sha256:"):
            hashed = True
        elif PIN.match(line) and hashed:
            hashed = False
        elif line.strip() and not re.match(r"\s*#(?!.*://)", line):
            return line
    return None if hashed else "a pin without a hash"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_line_is_a_pin_with_its_hashes(file: Path) -> None:
    assert find_fault(file.read_text()) is None
    assert read_pins(file)


@pytest.mark.parametrize(
    "text",
    ["kopf>=1.45\n", "kopf==1.45.2\n", "--index-url https://example.org/simple\n", "# from https://example.org\n"],
    ids=["a range", "no hash", "an index", "an address in a comment"],
)
def test_a_line_of_another_kind_is_found(text: str) -> None:
    assert find_fault(text) is not None


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_what_is_shipped_has_the_versions_that_are_tested(file: Path) -> None:
    assert read_pins(file).items() <= read_pins(ROOT / "requirements/dev.txt").items()


def test_the_router_needs_few_packages() -> None:
    hot = {"msgspec", "uvloop", "httptools"}
    assert set(read_pins(ROOT / "requirements/router.txt")) == hot | {"redis", "hiredis", "async-timeout", "google-re2"}
    assert set(read_pins(ROOT / "requirements/operator.txt")) > HEAVY
