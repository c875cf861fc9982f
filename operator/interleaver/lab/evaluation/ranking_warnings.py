"""What a reader of figures of rankings must know."""

from collections.abc import Iterator

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.answer_warnings import warn_again, warn_same, warn_unanswered
from interleaver.lab.evaluation.id_types import warn_types
from interleaver.lab.suites.suite import Suite


def list_warnings(suite: Suite, champion: Answers | None, candidate: Answers) -> list[str]:
    """Warnings of one trial."""
    models = {"champion": champion, "candidate": candidate}
    said = [words for who, model in models.items() if model for words in warn_of(who, suite, model)]
    if suite.unjudged_unwanted:
        said.append("items that nobody judged count as unwanted, on the word of suite.yaml; judged@k says how many")
    return [*warn_same(champion, candidate, "lists"), *said]


def warn_of(who: str, suite: Suite, model: Answers) -> Iterator[str]:
    """What is odd about one model's answers."""
    yield from warn_unanswered(who, model)
    if model.duplicates:
        yield f"{who}: {model.duplicates} items stood twice in a list, and count at their first place"
    yield from warn_types(who, suite, model)
    yield from warn_again(who, model)
