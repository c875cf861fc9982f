"""Writes the page: everything of an evaluation that people look at, put together as one file."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.outcome import GateResult

from . import mix, notes, sections
from .customs import Drawn

FILE: Final = "report.html"
TEMPLATES: Final = Path(__file__).parent / "template"


def write_report(
    evaluation: Evaluation,
    gates: Sequence[GateResult | None],
    folder: Path,
    *,
    now: datetime,
    raw: bool = False,
    drawn: Sequence[Drawn] = (),
) -> Path:
    """Write the page into `folder` and return its path. `gates` has the verdict on each candidate, in their order, and
    `drawn` are a team's own plots. With `raw` it shows requests and pictures of the suite, which may be of people."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    page = render(evaluation, gates, now=now, raw=raw, drawn=drawn)
    # A server may send half a character as an id (a lone surrogate), which no file can hold.
    file.write_text(page, encoding="utf-8", errors="replace")
    return file


def render(
    evaluation: Evaluation,
    gates: Sequence[GateResult | None],
    *,
    now: datetime,
    raw: bool = False,
    drawn: Sequence[Drawn] = (),
) -> str:
    """The page's text."""
    pairs = list(zip(evaluation.trials, gates, strict=True))
    page = load_templates().get_template("page.html")
    return page.render(
        suite=evaluation.suite.name,
        written=f"{now:%Y-%m-%d %H:%M} UTC",
        trials=[sections.make_section(evaluation, trial, gate, raw=raw) for trial, gate in pairs],
        customs=drawn,
        compared=evaluation.champion is not None,
        models=[(name, model.model, notes.describe_answers(model)) for name, model in notes.list_models(evaluation)],
        counts=notes.list_counts(evaluation),
        mix=mix.make_mix(evaluation.suite.cases),
        settings=notes.list_settings(evaluation, gates[0]),
        confidence=f"{100 * evaluation.settings.confidence:g} %",
        raw=raw,
    )


@cache
def load_templates() -> Environment:
    """Jinja2, with all that comes from suites and servers escaped."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
