"""Debian packages that tests need, installed on demand."""

import shutil
import subprocess
from typing import Final

import pytest

from tests.cluster import ROOT

INSTALL: Final = 'source hack/packages.sh && install_packages "$@"'


def install(what: str, *needs: str, seconds: float = 200) -> None:
    """Have all that is needed, each command=package, or skip the test, which is a failure where nothing may be skipped.

    `what` says in the reason what is missing.
    """
    if all(shutil.which(need.partition("=")[0]) for need in needs):
        return
    words = ["bash", "-c", INSTALL, "bash", *needs]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        pytest.skip(f"no {what}: {done.stderr.strip()}")
