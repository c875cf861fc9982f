"""Why a model's answers are partial, in words for people."""

from collections import Counter

from .answers import Answers, State


def describe_partial(answers: Answers) -> str:
    """What is missing of a model's answers, and why; empty where nothing is."""
    if not answers.partial:
        return ""
    failed = Counter(words for words, state in zip(answers.words, answers.states, strict=True) if state == State.FAILED)
    unasked = int((answers.states == State.NOT_ASKED).sum())
    total = len(answers.states)
    parts = []
    if failed:
        parts.append(f"{failed.total():,} of {total:,} cases failed, most of them: {failed.most_common(1)[0][0]}")
    if unasked:
        parts.append(f"{unasked:,} were not asked: {answers.stopped}")
    return f"{answers.model}: {'; '.join(parts)}"
