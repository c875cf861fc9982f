"""An evaluation in the terminal: tables that fit a screen, the verdict last, where the eye rests."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from interleaver.lab.asking.partial import describe_partial
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Held, Trial
from interleaver.lab.gate.outcome import GateResult
from interleaver.lab.gate.telling import tell_headline, tell_rows
from interleaver.lab.terms.figure import WHOLE

from .cells import show_figure
from .worse import print_worse

NARROWEST = 110  # columns of a table that is written to a file; a terminal has those it has


def make_console() -> Console:
    """Standard output, wide enough for the tables where it is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=NARROWEST)


def print_evaluation(console: Console, evaluation: Evaluation, gates: Sequence[GateResult | None]) -> None:
    """All that a screen should have of an evaluation."""
    console.print(describe_counts(evaluation))
    print_partial(console, evaluation)
    for trial, gate in zip(evaluation.trials, gates, strict=True):
        console.print(draw_figures(evaluation, trial))
        if not evaluation.partial:  # what was not asked counts as 0, so that nearly all would stand there
            print_worse(console, evaluation, trial)
        for corner in trial.corners:
            if corner.held is not Held.HELD:
                console.print(f"[red]corner case[/] {escape(corner.case)}: {corner.held}: {escape(corner.words)}")
        for warning in trial.warnings:
            console.print(f"[yellow]note[/] {escape(warning)}")
        if gate is not None:
            print_gate(console, gate)


def print_partial(console: Console, evaluation: Evaluation) -> None:
    """That the evaluation decides nothing, and why; nothing where it is whole."""
    models = [evaluation.champion, *(trial.candidate for trial in evaluation.trials)]
    found = [describe_partial(model) for model in models if model is not None]
    found.append("not all corner cases were answered" if evaluation.broken_off else "")
    for words in filter(None, found):
        console.print(f"[red]partial[/] {escape(words)}")
    if any(found):
        console.print("[red]partial[/] this evaluation decides nothing; the same command again goes on with it")


def describe_counts(evaluation: Evaluation) -> str:
    """The suite, and what became of its cases."""
    counts: Counts = evaluation.counts
    odd = [
        f"{number} {what}"
        for number, what in (
            (counts.missing, "without an answer"),
            (counts.unjudged, "answered and not judged"),
            (counts.all_zero, "judged with nothing to find"),
        )
        if number
    ]
    kind = "samples" if evaluation.champion_or_first.scores is not None else "queries"
    return f"[bold]{escape(evaluation.suite.name)}[/]: {counts.judged} judged {kind}" + "".join(
        f", {words}" for words in odd
    )


def draw_figures(evaluation: Evaluation, trial: Trial) -> Table:
    """Every metric over the whole suite."""
    table = Table(title=escape(trial.candidate.model), title_justify="left", box=None, pad_edge=False)
    for name in ("metric", "champion", "candidate", "difference", f"{evaluation.settings.confidence:.0%} interval"):
        # A name that has no room goes on in the next line: one that is cut is none.
        named = name == "metric"
        table.add_column(name, justify="left" if named else "right", no_wrap=not named, overflow="fold")
    table.add_column("verdict")
    for figure in trial.figures:
        if figure.slice == WHOLE:
            table.add_row(escape(figure.metric), *show_figure(figure))
    return table


def print_gate(console: Console, gate: GateResult) -> None:
    """Every rule with what was found, then the verdict."""
    for line in tell_rows(gate):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(tell_headline(gate))}[/]")
