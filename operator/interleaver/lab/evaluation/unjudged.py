"""Verdicts that depend on how unjudged items are counted are not told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from interleaver.lab.evaluation.families import assign_verdicts
from interleaver.lab.terms.figure import Estimate, Figure, Slice, Verdict

Place = tuple[str, Slice]  # of a figure: its metric and its slice
DEPENDS: Final = "depends on how unjudged items are counted"


def compare_ways(figures: Sequence[Figure], ways: Mapping[str, Sequence[Figure]], confidence: float) -> list[Figure]:
    """The figures with their verdicts, not told where another way of counting gives another word.

    `ways` has, by the way's name, the figures that it gives; each way's words are corrected by themselves.
    """
    others = index_ways({way: assign_verdicts(found, confidence) for way, found in ways.items()})
    told = put_values(assign_verdicts(figures, confidence), others)
    return [add_ways(figure, others.get((figure.metric, figure.slice), {})) for figure in told]


def add_values(figures: Sequence[Figure], ways: Mapping[str, Sequence[Figure]]) -> list[Figure]:
    """The figures with the candidate's values of the other ways, where they are others, for who decides on them."""
    return put_values(figures, index_ways(ways))


def put_values(figures: Sequence[Figure], others: Mapping[Place, Mapping[str, Figure]]) -> list[Figure]:
    """The same by what each way gives at a figure's place."""
    return [
        replace(figure, other_values=list_values(others.get((figure.metric, figure.slice), {}))) for figure in figures
    ]


def list_values(others: Mapping[str, Figure]) -> Mapping[str, Estimate]:
    """The candidate's value of each way that has another one."""
    return {way: other.candidate for way, other in others.items() if other.candidate is not None}


def index_ways(ways: Mapping[str, Sequence[Figure]]) -> Mapping[Place, Mapping[str, Figure]]:
    """What each way gives, by metric and slice."""
    found: dict[Place, dict[str, Figure]] = {}
    for way, figures in ways.items():
        for figure in figures:
            found.setdefault((figure.metric, figure.slice), {})[way] = figure
    return found


def add_ways(figure: Figure, others: Mapping[str, Figure]) -> Figure:
    """One figure with the differences of the other ways, for who decides on them."""
    # A way that comes to the same numbers meets nothing unjudged in the slice, as far as the metric looks.
    apart = {way: other for way, other in others.items() if show(other) != show(figure)}
    differences = {way: other.difference for way, other in apart.items() if other.difference is not None}
    return withhold(replace(figure, other_ways=differences), {way: other.verdict for way, other in apart.items()})


def withhold(figure: Figure, others: Mapping[str, Verdict | None]) -> Figure:
    """One figure, its verdict withheld where the ways of counting do not agree on it."""
    measured = {way: word for way, word in others.items() if word not in (None, Verdict.NOT_TOLD)}
    if figure.verdict in (None, Verdict.NOT_TOLD) or set(measured.values()) <= {figure.verdict}:
        return figure
    said = ", ".join(f"{word} with them {way}" for way, word in measured.items())
    why = f"{DEPENDS}: {figure.verdict} with them as 0, {said}"
    return replace(figure, verdict=Verdict.NOT_TOLD, why=why)


def is_open(figure: Figure) -> bool:
    """Whether judging more would decide the figure's verdict."""
    return figure.verdict is Verdict.NOT_TOLD and figure.why.startswith(DEPENDS)


def show(figure: Figure) -> tuple[float | None, float | None]:
    """What a way of counting makes of a difference: its p-value and value."""
    return figure.p_value, figure.difference.value if figure.difference else None
