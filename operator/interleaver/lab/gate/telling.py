"""The verdict in words, for people at a terminal: a headline, and a line for every rule and slice."""

from collections.abc import Iterator

from interleaver.lab.gate.outcome import GateResult, Judgement, Outcome
from interleaver.lab.terms.figure import name_slice

HEAD = ("", "rule", "metric", "slice", "bound", "outcome")


def tell_headline(result: GateResult) -> str:
    """Whether the candidate may go on, in one sentence."""
    if result.partial:
        return "The gate passes nothing: the evaluation is partial."
    if result.refused:
        return "The gate cannot be used as it is written: a margin is a share of a value that may be 0."
    blocking, warnings = len(result.failures), sum(judgement.warns for judgement in result.judgements)
    also = f", with {_count(warnings, 'warning')}" if warnings else ""
    first = " There is no champion: nothing was compared." if result.first_model else ""
    if result.passed:
        return f"The gate is passed{also}.{first}"
    return f"The gate is not passed: {_count(blocking, 'reason')}{also}.{first}"


def tell_rows(result: GateResult) -> Iterator[str]:
    """Lines of a table in the gate's order, each with its words below where it did not simply pass."""
    rows = [HEAD, *(_row(judgement) for judgement in result.judgements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row, judgement in zip(rows, (None, *result.judgements), strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if judgement is not None:
            yield f"{'':{widths[0]}}  {judgement.words}"
            if judgement.waived:
                yield f"{'':{widths[0]}}  waived {judgement.waived}"


def _row(judgement: Judgement) -> tuple[str, ...]:
    mark = "✗" if judgement.blocks else "!" if judgement.warns else _MARKS[judgement.outcome]
    verdict = f" ({judgement.verdict})" if judgement.verdict not in ("", None, str(judgement.outcome)) else ""
    rule = str(judgement.rule) if judgement.rule else "–"
    return mark, rule, judgement.metric, name_slice(judgement.slice), judgement.bound, f"{judgement.outcome}{verdict}"


_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "·", Outcome.NOT_TOLD: "·", Outcome.NOT_APPLICABLE: "–"}


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
