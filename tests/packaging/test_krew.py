"""The plugin for Krew: a manifest by its rules, an archive of what that names, a launcher that installs once."""

import hashlib
import os
import re
import subprocess
import tarfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from hack.krew import FILES, NO_DIGEST, NO_RELEASE, build_manifest, main, pack

from tests.cluster import ROOT

COMMITTED = ROOT / "deploy/krew/interleaver.yaml"
# A python3 that notes what it is asked, and makes an environment whose programs say what they are given.
PYTHON = """#!/bin/sh
echo "python3 $1 $2" >> "$LOG"
[ "$1" = -c ] && exit "${OLD:-0}"
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "pip $@" >> "$LOG"; [ -z "${FAILS:-}" ] || exit 1\\n' > "$3/bin/pip"
printf '#!/bin/sh\\necho "ran $@"\\n' > "$3/bin/kubectl-interleaver"
chmod +x "$3/bin/pip" "$3/bin/kubectl-interleaver"
"""


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    file = tmp_path / "interleaver-0.1.0-py3-none-any.whl"
    file.write_bytes(b"a wheel")
    return file


def test_the_committed_manifest_is_by_krews_rules_and_names_no_release_that_is_not_there() -> None:
    manifest = yaml.safe_load(COMMITTED.read_text())
    assert manifest["metadata"]["name"] == "interleaver"
    spec = manifest["spec"]
    assert re.fullmatch(r"v\d+\.\d+\.\d+", spec["version"])
    assert len(spec["shortDescription"]) <= 80
    for platform in spec["platforms"]:
        assert (platform["uri"], platform["sha256"]) == (NO_RELEASE, NO_DIGEST)
        assert platform["bin"] in [file["from"] for file in platform["files"]]


def test_a_release_has_the_digest_of_an_archive_that_holds_what_the_manifest_names(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    main(wheel, folder, "https://releases.example.com/interleaver-0.1.0.tar.gz")
    archive = folder / "interleaver-0.1.0.tar.gz"
    manifest = yaml.safe_load((folder / "interleaver.yaml").read_text())
    for platform in manifest["spec"]["platforms"]:
        assert platform["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    assert all(any(fnmatch(name, pattern) for name in names) for pattern in FILES)
    assert archive.read_bytes() == pack(wheel), "the same files give the same bytes"
    assert build_manifest()["spec"]["platforms"] != manifest["spec"]["platforms"]


def launch(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The launcher as Krew links to it, beside a python3 of ours."""
    (folder / "bin").mkdir(exist_ok=True)
    python = folder / "bin/python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    home = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "LOG": str(folder / "log")}
    link = folder / "bin/kubectl-interleaver"
    if not link.exists():
        with tarfile.open(folder / "archive.tar.gz") as opened:
            opened.extractall(folder / "store", filter="data")
        link.symlink_to(folder / "store/kubectl-interleaver")
    return subprocess.run([link, *words], env=home | variables, capture_output=True, text=True, check=False)


def test_the_launcher_installs_once_and_then_only_runs(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "archive.tar.gz").write_bytes(pack(wheel))
    first = launch(tmp_path, "status", "home-feed")
    assert (first.returncode, first.stdout) == (0, "ran status home-feed\n"), first.stderr
    asked = (tmp_path / "log").read_text()
    assert f"{wheel.name}[plugin]" in asked
    second = launch(tmp_path, "list")
    assert (second.stdout, second.stderr) == ("ran list\n", "")
    assert (tmp_path / "log").read_text() == asked


def test_an_installation_that_fails_leaves_nothing_behind_and_an_old_python_is_told(
    wheel: Path, tmp_path: Path
) -> None:
    (tmp_path / "archive.tar.gz").write_bytes(pack(wheel))
    failed = launch(tmp_path, "list", FAILS="1")
    assert (failed.returncode, "could not be installed" in failed.stderr) == (1, True)
    old = launch(tmp_path, "list", OLD="1")
    assert (old.returncode, "needs Python 3.11 or later" in old.stderr) == (1, True)
    assert launch(tmp_path, "list").stdout == "ran list\n"
