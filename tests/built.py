"""What hack/gitops/build has built on this machine."""

from pathlib import Path
from typing import Final

from tests.cluster import find_folder

HOW: Final = "hack/gitops/build compiles it"


def find(name: str) -> Path:
    """The program or folder of that name."""
    return find_folder() / "gitops" / name


def is_built(name: str) -> bool:
    """Whether it is there, whole: its key is written last."""
    return find(f"{name}.key").exists()
