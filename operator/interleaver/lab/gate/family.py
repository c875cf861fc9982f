"""Which of a rule's slices may be called better or worse: a word for each, corrected for how many the rule has."""

from collections.abc import Mapping

from interleaver.lab.measures.verdicts import NOT_MEASURED, survive, tell
from interleaver.lab.terms.figure import Figure, Slice, Verdict


def tell_family(figures: Mapping[Slice, Figure], confidence: float) -> Mapping[Slice, Verdict | None]:
    """The word for each slice of one rule, by Benjamini and Hochberg over all of them (`measures.verdicts`).

    That a rule has to hold in each slice takes no correction, but a word that is said of one of many does. What the
    evaluation could not tell stays so, and what was not compared has none.
    """
    p_values = [NOT_MEASURED if figure.p_value is None else figure.p_value for figure in figures.values()]
    kept = survive(p_values, 1 - confidence)
    return {cut: _word(figure, bool(keep)) for (cut, figure), keep in zip(figures.items(), kept, strict=True)}


def _word(figure: Figure, survives: bool) -> Verdict | None:
    if figure.verdict is None or figure.verdict is Verdict.NOT_TOLD:
        return figure.verdict
    return tell(figure.difference, survives)
