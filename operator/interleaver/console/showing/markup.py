"""HTML of what comes from suites, servers and clusters. All of it is text, and Markdown gets none of it."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from interleaver.lab.report.writing import TEMPLATES

OWN: Final = Path(__file__).parent / "template"


@cache
def load_style() -> str:
    """The looks of what is drawn here."""
    return "".join((OWN / name).read_text(encoding="utf-8") for name in ("colours.css", "console.css"))


@cache
def load_templates() -> Environment:
    """The console's templates over the lab's, with all values escaped."""
    loader = ChoiceLoader([FileSystemLoader(OWN), FileSystemLoader(TEMPLATES)])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(template: str, **told: Any) -> str:
    """A template with these values."""
    return f'<div class="lab">{load_templates().get_template(template).render(**told)}</div>'


def render_table(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    numbers: Iterable[int] = (),
    *,
    narrow: bool = False,
) -> str:
    """A table that can be scrolled to the side by keys. `numbers` are the columns that stand at the right."""
    return render("table.html", name=name, heads=heads, rows=rows, numbers=set(numbers), narrow=narrow)


def render_note(kind: str, words: str, more: str = "") -> str:
    """A note: `bad` is a problem, `open` a warning, `missing` what is not there; `more` says what to do."""
    role = "alert" if kind == "bad" else "status"
    return f'<div class="lab note {kind}" role="{role}"><b>{escape(words)}</b>{escape(more)}</div>'


def render_words(words: str) -> str:
    """A line in small letters."""
    return f'<p class="lab said">{escape(words)}</p>'
