"""The build's one step that pyproject.toml cannot say: with INTERLEAVER_COMPILE=1 mypyc compiles the router's modules.

Without it the wheel is plain Python. What is compiled, and what is not and why, stands in pyproject.toml under
[tool.interleaver].
"""

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from setuptools import setup

if TYPE_CHECKING:
    from setuptools import Extension

SOURCE: Final = Path("operator/interleaver")
GENERATED: Final = Path("build/c")
OPTIONS: Final = (
    "-g0",
    "-fvisibility=hidden",  # all modules are in one library, whose own calls need no table then
    "-fno-plt",  # and calls of the interpreter one jump instead of two
    "-Wno-error",  # mypyc makes warnings errors; those of a compiler that it does not know are none of our affair
)
# mypyc takes a tuple that begins with a number for missing where it turns that question round.
MISREAD: Final = re.compile(r"^.*!= \S+ && PyErr_Occurred.*\n.*set.*$", re.MULTILINE)


def list_modules(root: Path = Path()) -> list[str]:
    """The files to compile."""
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["interleaver"]
    files = [path for package in settings["compiled"] for path in (root / SOURCE / package).rglob("*.py")]
    plain = {root / SOURCE / name for name in settings["plain"]}
    return sorted(str(path) for path in files if path.name != "__init__.py" and path not in plain)


def compile_modules() -> "list[Extension]":
    """One library with all modules, so that calls between them are direct, and a small extension for each of them."""
    from mypyc.build import mypycify

    extensions: list[Extension] = mypycify(list_modules(), group_name="interleaver", target_dir=str(GENERATED))
    for extension in extensions:
        extension.extra_compile_args += OPTIONS
        extension.extra_link_args.append("-s")
    refuse_misread(GENERATED)
    return extensions


def refuse_misread(folder: Path) -> None:
    """End the build where the compiler's fault would make a value look as if it were missing."""
    for path in folder.glob("*.c"):
        if found := MISREAD.search(path.read_text()):
            raise SystemExit(f"mypyc misreads a tuple of numbers; annotate it as tuple[float, ...]:\n{found[0]}")


if __name__ == "__main__":
    setup(ext_modules=compile_modules() if os.environ.get("INTERLEAVER_COMPILE") == "1" else [])
