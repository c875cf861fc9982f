"""The code blocks of a page."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent.parent
PAGES: Final = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def find_blocks(page: Path, language: str) -> list[str]:
    """The page's blocks in a language."""
    return list_blocks(page.read_text(), language)


def list_blocks(text: str, language: str) -> list[str]:
    """The blocks in a language of a page, or of a part of one."""
    return [block for kind, block in _BLOCK.findall(text) if kind == language]


def find_section(page: Path, heading: str) -> str:
    """A heading of the second level and what stands below it. Raises ValueError where it is not there once."""
    (section,) = [part for part in page.read_text().split("\n## ") if part.startswith(f"{heading}\n")]
    return section


def find_commands(page: Path) -> list[str]:
    """The command lines of the page's shell blocks, without comments."""
    lines = [line.split(" #")[0].strip() for text in find_blocks(page, "sh") for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
