"""Words beside a label, folded to the width of a terminal."""

from textwrap import wrap
from typing import Final

WIDTH: Final = 110


def fold(label: str, words: str, indent: int) -> list[str]:
    """A label and its words, from column `indent` on, in as many lines as they need; none without words."""
    found = [part for text in words.splitlines() for part in wrap(text, WIDTH - indent, break_long_words=False)]
    return [f"{label if number == 0 else '':<{indent}}{text}" for number, text in enumerate(found)]
