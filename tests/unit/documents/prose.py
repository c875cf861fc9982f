"""What the files of the repository say to people: pages and scripts as a whole, docstrings and comments of Python."""

import re
from pathlib import Path
from typing import Final

from .blocks import ROOT

TOPS: Final = (
    ".ci",
    "bench",
    "crds",
    "demo",
    "deploy",
    "docs",
    "examples",
    "hack",
    "operator",
    "requirements",
    "tests",
)
SCRIPTS: Final = (".sh", ".yaml", ".toml", ".in", ".lua", ".go")
NAMES: Final = ("Makefile", "Dockerfile")
DOCSTRING: Final = re.compile(r'"""(.*?)"""', re.DOTALL)  # templates of pages are among them, which is as well
COMMENT: Final = re.compile(r"(?<!\S)# (.*(?:\n *# .*)*)")  # neighbouring lines are one


def list_files() -> list[Path]:
    """Every file that says something, by its path from the root."""
    inside = [path for top in TOPS for path in (ROOT / top).rglob("*")]
    found = [path for path in (*inside, *ROOT.glob("*")) if is_text(path) and "__pycache__" not in path.parts]
    return sorted(path.relative_to(ROOT) for path in found)


def is_text(path: Path) -> bool:
    """Whether a file is a page, a module, or a script: those have no suffix, a Makefile's name, or begin with #!."""
    if path.suffix in (".md", ".py", *SCRIPTS) or path.name in NAMES:
        return path.is_file()
    return path.suffix == "" and path.is_file() and path.read_bytes()[:2] == b"#!"


def read_prose(path: Path) -> str:
    """What a file says. A comment that goes over several lines is one text."""
    text = (ROOT / path).read_text()
    if path.suffix == ".py":
        text = "\n\n".join(DOCSTRING.findall(text) + COMMENT.findall(text))
    return text if path.suffix == ".md" else re.sub(r"\n *# ", " ", text)
