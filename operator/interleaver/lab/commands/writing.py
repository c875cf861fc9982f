"""Writes what an evaluation came to into its folder: documents for machines, and the page for people."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from interleaver.lab.evaluation.document import make_document
from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.gate.junit import write_junit
from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.gate.verdict import show_gate, show_verdict
from interleaver.lab.measures.custom import CustomPlot
from interleaver.lab.report.customs import Drawn, draw_customs
from interleaver.lab.report.drawings import write_drawings
from interleaver.lab.report.writing import write_report


def write_all(
    folder: Path,
    evaluation: Evaluation,
    gates: Sequence[GateResult | None],
    plots: Sequence[CustomPlot],
    now: datetime,
    *,
    raw: bool,
) -> str:
    """Write all files; returns the evaluation's document as text."""
    document = spell(make_document(evaluation, [show_gate(gate) if gate else None for gate in gates]))
    (folder / "evaluation.json").write_text(document + "\n", encoding="utf-8")
    for place, (trial, gate) in enumerate(zip(evaluation.trials, gates, strict=True), 1):
        if gate is not None:
            write_verdict(folder, f"-{place}" if place > 1 else "", evaluation, trial, gate, now)
    drawn = draw_customs(plots, evaluation)
    write_report(evaluation, gates, folder, now=now, raw=raw, drawn=drawn)
    write_drawings(evaluation, folder / "plots")
    write_plots(folder / "plots", drawn)
    return document


def clear(folder: Path) -> None:
    """Remove what an earlier evaluation came to, so that no verdict of its stands beside this one. Answers stay."""
    for pattern in ("evaluation.json", "report.html", "verdict*.json", "junit*.xml"):
        for file in folder.glob(pattern):
            file.unlink()


def write_plots(folder: Path, drawn: Sequence[Drawn]) -> None:
    """A team's own plots as files, which the page shows as well; one that went wrong says so there."""
    for plot in drawn:
        if not plot.problem:
            folder.mkdir(exist_ok=True)
            (folder / f"{plot.name}.svg").write_text(plot.svg, encoding="utf-8")


def write_verdict(
    folder: Path, mark: str, evaluation: Evaluation, trial: Trial, gate: GateResult, now: datetime
) -> None:
    """What the gate says of one candidate, twice: for programs, and for what shows tests."""
    verdict = spell(show_verdict(gate, evaluation, trial, now))
    (folder / f"verdict{mark}.json").write_text(verdict + "\n", encoding="utf-8")
    junit = write_junit(gate, evaluation.suite.name, trial.candidate.model, now)
    (folder / f"junit{mark}.xml").write_text(junit, encoding="utf-8")


def spell(document: object) -> str:
    """JSON without NaN or infinity, for people to look into as well."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
