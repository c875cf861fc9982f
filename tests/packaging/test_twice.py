"""Two builds are compared only where nothing of the first is there for the second."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cluster import ROOT
from tests.unit.bench.archives import pack, write_archive

# In place of make: leaves what a build leaves, in a folder that is given.
MAKE = """#!/bin/bash
mkdir -p "$IMAGES_DIR"{STORE}
cp {FOLDER}/*.tar "$IMAGES_DIR"
ls "$IMAGES_DIR"/*.tar
"""


@pytest.mark.parametrize(
    ("store", "code", "said"),
    [("{,/store}", 0, "operator: twice sha256:"), ("", 1, "twice: docker or podman built them")],
)
def test_builds_that_could_share_layers_are_refused(tmp_path: Path, store: str, code: int, said: str) -> None:
    (built := tmp_path / "built").mkdir()
    for name in ("operator", "router"):
        write_archive(built / f"{name}.tar", pack({"etc/os-release": b"x"}))
    (make := tmp_path / "make").write_text(MAKE.replace("{STORE}", store).replace("{FOLDER}", str(built)))
    make.chmod(0o755)
    done = subprocess.run(
        [ROOT / "hack/images/twice"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
