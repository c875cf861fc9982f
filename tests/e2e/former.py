"""The chart as it was before its last change, from the history of this checkout."""

import subprocess
from pathlib import Path
from typing import Final

from tests.cluster import ROOT, run

PLACE: Final = "charts/interleaver"


def git(root: Path, *words: str) -> str:
    return run("git", "-C", str(root), *words)


def find_former(root: Path = ROOT) -> str | None:
    """The commit that has it: HEAD while the chart is being changed, else the parent of the last change. None in a
    clone that does not reach so far back."""
    if git(root, "status", "--porcelain", "--", PLACE):
        return "HEAD"
    # Where a shallow clone ends, everything seems to have come with its last commit, which has no parent there.
    parents = git(root, "log", "-1", "--format=%P", "--", PLACE).split()
    return parents[0] if parents and git(root, "ls-tree", parents[0], "--", PLACE) else None


def unpack_former(folder: Path, root: Path = ROOT) -> Path | None:
    """The chart's folder, below a new one; None where history has no former one."""
    commit = find_former(root)
    if commit is None:
        return None
    folder.mkdir()
    archive = subprocess.run(["git", "-C", root, "archive", commit, PLACE], check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder / PLACE
