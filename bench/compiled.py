"""The package that routers run from where they are measured or tested: compiled, as in the images."""

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


class NotCompiled(Exception):
    """The package could not be compiled; why stands on standard error."""


@cache
def find_package(source: Path = ROOT / "operator") -> Path:
    """The folder of a compiled copy of the package in `source`, which is made if there is none.

    `source` itself with UNCOMPILED=1, for people without a compiler, and for a checkout from before there was anything
    to compile. Raises NotCompiled.
    """
    if os.environ.get("UNCOMPILED") or not (source.parent / "setup.py").exists():
        return source
    done = subprocess.run([ROOT / "hack/compiled", source], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise NotCompiled("the router's modules could not be compiled (UNCOMPILED=1: do without)")
    return Path(done.stdout.strip())


def is_compiled(package: Path) -> bool:
    """Whether the modules in a folder of find_package's are compiled."""
    return any(package.glob("*.so"))
