"""What a reader of figures of scores must know."""

from collections.abc import Iterator, Sequence

import numpy as np

from interleaver.lab.evaluation.answer_warnings import warn_again, warn_same
from interleaver.lab.evaluation.score_models import Model
from interleaver.lab.measures.score_names import KIND
from interleaver.lab.terms.figure import WHOLE, Figure

WORST = "APCER"


def list_warnings(candidate: Model, champion: Model | None, figures: Sequence[Figure]) -> list[str]:
    """Warnings of one trial."""
    whole = {figure.metric: figure for figure in figures if figure.slice == WHOLE}
    models = {"candidate": candidate, **({"champion": champion} if champion else {})}
    said = [*(words for who, model in models.items() for words in warn_of(who, model))]
    twice = warn_same(champion.answers if champion else None, candidate.answers, "scores")
    return [*twice, *said, *warn_upside_down(whole), *name_worst_kind(whole)]


def warn_of(who: str, model: Model) -> Iterator[str]:
    """What is odd about one model's scores."""
    scores = model.scored.scores[np.isfinite(model.scored.scores)]
    if len(scores) > 1 and scores.min() == scores.max():
        yield f"{who}: all scores are {scores[0]:g}; nothing can be told from them"
    yield from warn_again(who, model.answers)
    missing = len(model.scored.scores) - len(scores)
    if missing:
        yield f"{who}: {missing} samples have no answer, and count as wrong at every threshold"


def warn_upside_down(whole: dict[str, Figure]) -> Iterator[str]:
    """Scores that are greater for label 0 are more often a wrong pointer than a bad model."""
    figure = whole.get("AUC")
    for who in ("champion", "candidate"):
        estimate = figure and getattr(figure, who)
        if estimate and estimate.high is not None and estimate.high < 0.5:
            yield f"{who}: AUC is below 0.5; is the greater score that of label 0?"


def name_worst_kind(whole: dict[str, Figure]) -> Iterator[str]:
    """APCER is that of the worst kind of attack: which one that is."""
    kinds = {name.removeprefix(KIND): figure for name, figure in whole.items() if name.startswith(KIND)}
    for who in ("champion", "candidate"):
        found = {kind: estimate.value for kind, figure in kinds.items() if (estimate := getattr(figure, who))}
        if found and WORST in whole:
            worst = max(found, key=lambda kind: found[kind])
            yield f"{who}: the worst kind of attack is {worst} (APCER {found[worst]:.3g})"
