"""The plugin for Krew: its manifest, and the archive that the manifest names.

`python -m hack.krew WHEEL FOLDER URI` writes both for a release. What is committed, deploy/krew/interleaver.yaml, names
no release, for there is none yet: address and digest are placeholders, which Krew refuses.
"""

import gzip
import hashlib
import io
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parent.parent
LAUNCHER: Final = ROOT / "deploy/krew/kubectl-interleaver"
FILES: Final = ("kubectl-interleaver", "LICENSE", "*.whl")
NO_RELEASE: Final = "PLACEHOLDER-address-of-a-release"
NO_DIGEST: Final = "PLACEHOLDER-sha256-of-the-archive"
SYSTEMS: Final = ("linux", "darwin")  # the launcher is a shell script
DESCRIPTION: Final = (
    "Shows interleaving experiments (InterleavingExperiment, interleaver.dev) as people ask for them: what serves, the "
    "ramp, votes and the evidence towards its bar on one screen, with exit codes for pipelines; gives them commands; "
    "checks files without a cluster; asks what is wrong; writes a report of a run."
)
CAVEATS: Final = (
    "It is a Python program: the first use makes an environment of its own below ~/.local/share/kubectl-interleaver, "
    "with Python 3.11 or later and the package index that pip is set up for. That takes a minute and 430 MB, most of "
    "them the libraries of numbers that reports are computed with."
)


def build_manifest(uri: str = NO_RELEASE, digest: str = NO_DIGEST) -> dict[str, Any]:
    """The manifest of the version that pyproject.toml has."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    platforms = [
        {
            "selector": {"matchLabels": {"os": system}},
            "uri": uri,
            "sha256": digest,
            "files": [{"from": name, "to": "."} for name in FILES],
            "bin": "kubectl-interleaver",
        }
        for system in SYSTEMS
    ]
    return {
        "apiVersion": "krew.googlecontainertools.github.com/v1alpha2",
        "kind": "Plugin",
        "metadata": {"name": "interleaver"},
        "spec": {
            "version": f"v{version}",
            "shortDescription": "Interleaving experiments: status, commands, checks, reports",
            "description": DESCRIPTION,
            "caveats": CAVEATS,
            "platforms": platforms,
        },
    }


def render_manifest(manifest: dict[str, Any]) -> str:
    return yaml.safe_dump(manifest, sort_keys=False, width=118)


def pack(wheel: Path) -> bytes:
    """The archive: launcher, licence and wheel. The same files give the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for file, mode in ((LAUNCHER, 0o755), (ROOT / "LICENSE", 0o644), (wheel, 0o644)):
            entry = tarfile.TarInfo(file.name)
            entry.size, entry.mode = file.stat().st_size, mode
            archive.addfile(entry, io.BytesIO(file.read_bytes()))
    return buffer.getvalue()


def main(wheel: Path, folder: Path, uri: str) -> None:
    """Write archive and manifest of a release into a folder."""
    archive = pack(wheel)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / uri.rpartition("/")[2]).write_bytes(archive)
    manifest = build_manifest(uri, hashlib.sha256(archive).hexdigest())
    (folder / "interleaver.yaml").write_text(render_manifest(manifest))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
