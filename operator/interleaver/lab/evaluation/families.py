"""Words of better and worse for all figures of a trial, corrected for how many of them are looked at together."""

from collections.abc import Sequence
from dataclasses import replace

from interleaver.lab.measures.verdicts import NOT_MEASURED, survive, tell
from interleaver.lab.terms.figure import WHOLE, Figure, Verdict


def assign_verdicts(figures: Sequence[Figure], confidence: float) -> list[Figure]:
    """The figures with their verdicts, in the same order.

    A metric on the whole suite is a question of its own. Its slices are looked at together, by whoever wants to know
    where the candidate is worse: they are one family. A figure that compares nothing keeps no word.
    """
    families: dict[tuple[str, bool], list[int]] = {}
    for index, figure in enumerate(figures):
        families.setdefault((figure.metric, figure.slice == WHOLE), []).append(index)
    told = list(figures)
    for members in families.values():
        p_values = [figures[index].p_value for index in members]
        kept = survive([NOT_MEASURED if found is None else found for found in p_values], 1 - confidence)
        for index, survives in zip(members, kept, strict=True):
            told[index] = replace(figures[index], verdict=find_word(figures[index], bool(survives)))
    return told


def find_word(figure: Figure, survives: bool) -> Verdict | None:
    """The word for one figure. A verdict that stands already (not told, for a reason of its own) stays."""
    if figure.verdict or (figure.difference is None and not figure.why):
        return figure.verdict
    return tell(figure.difference, survives)
