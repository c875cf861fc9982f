"""Under what circumstances was measured: versions, machine, date."""

import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench.compiled import find_package, is_compiled
from bench.router.noise import QUIET
from bench.router.processes import LOAD_CORE, TARGET_CORE
from bench.router.rounds import Plan

PACKAGES: Final = ("aiohttp", "httpx", "uvicorn", "uvloop", "httptools")


def describe(plan: Plan) -> dict[str, str]:
    """What a reader must know to doubt the figures."""
    loads = f"{plan.rounds} rounds, each load {plan.seconds} s"
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": find(["git", "log", "-1", "--format=%h"], r"(\w+)"),
        "machine": f"{find_processor()}, {platform.system()} {platform.release()}, {platform.machine()}",
        "cores": f"the target on core {TARGET_CORE}, models and load on core {LOAD_CORE} (taskset)",
        "rounds": f"{loads}, repeated while others use more than {QUIET:g} % of both cores, {plan.repeats:g} s in all",
        "Python": platform.python_version(),
        "the router": find_build(),
        "nginx": find(["nginx", "-v"], r"nginx/([\d.]+)"),
        "Envoy": find([str(plan.cache / "venv/bin/envoy"), "--version"], r"/([\d.]+)/"),
        "Go": find(["go", "version"], r"go([\d.]+)"),
        "wrk": find(["wrk", "-v"], r"wrk \S*?([\d.]+)"),
        **find_packages(plan.cache),
    }


def find(command: Sequence[str], pattern: str) -> str:
    """What a program says of itself; "unknown" if it says nothing of the kind."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    match = re.search(pattern, done.stdout + done.stderr)
    return match[1] if match else "unknown"


def find_build() -> str:
    """How the router that is measured was made."""
    return f"compiled by mypyc {version('mypy')}, as in the images" if is_compiled(find_package()) else "not compiled"


def find_packages(cache: Path) -> dict[str, str]:
    """The versions of the Python packages that were measured against."""
    done = subprocess.run(
        [cache / "venv/bin/pip", "--disable-pip-version-check", "list", "--format=freeze"],
        capture_output=True,
        text=True,
        check=True,
    )
    versions = dict(line.split("==", 1) for line in done.stdout.splitlines() if "==" in line)
    return {name: versions.get(name, "unknown") for name in PACKAGES}


def find_processor() -> str:
    """The processor's model and the number of cores."""
    text = Path("/proc/cpuinfo").read_text()
    match = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return f"{match[1] if match else 'unknown'}, {text.count('processor')} cores"
