"""The walks as docs/explanation/architecture.md tells them."""

import re
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent.parent.parent / "docs/explanation/architecture.md"


def read_files(heading: str) -> list[str]:
    """The files in the table below a heading of the page, in its order."""
    section = PAGE.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\S+)` \|", section, re.MULTILINE)
