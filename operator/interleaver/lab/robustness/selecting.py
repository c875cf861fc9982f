"""A part of a suite's cases, and of the answers to them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from interleaver.lab.asking.answers import Answers
from interleaver.lab.suites.suite import Cases, Suite
from interleaver.lab.terms.labels import Labels, label


def select(suite: Suite, rows: Sequence[int]) -> Suite:
    """The suite of these cases alone, without judgments."""
    return replace(suite, cases=select_cases(suite.cases, rows), judgments=None)


def select_cases(cases: Cases, rows: Sequence[int]) -> Cases:
    """These cases, in this order."""
    at = np.asarray(rows, dtype=np.int64)
    units = label(cases.unit_names[code] for code in cases.units[at].tolist())
    return Cases(
        ids=[cases.ids[row] for row in rows],
        units=units.codes.astype(np.int64),
        unit_names=units.names,
        sources=select_labels(cases.sources, rows),
        attributes={name: select_labels(values, rows) for name, values in cases.attributes.items()},
        requests=[],
        labels=None if cases.labels is None else cases.labels[at],
        attacks=None if cases.attacks is None else select_labels(cases.attacks, rows),
        pictures=None if cases.pictures is None else [cases.pictures[row] for row in rows],
        weights=None if cases.weights is None else cases.weights[at],
    )


def select_labels(labels: Labels, rows: Sequence[int]) -> Labels:
    """The values of these rows; one that no row has any more is no value."""
    codes = labels.codes[np.asarray(rows, dtype=np.int64)].tolist()
    return label(None if code < 0 else labels.names[code] for code in codes)


def select_answers(answers: Answers, rows: Sequence[int], name: str) -> Answers:
    """The answers to these requests, as those of a model of this name."""
    at = np.asarray(rows, dtype=np.int64)
    return replace(
        answers,
        model=name,
        states=answers.states[at],
        milliseconds=answers.milliseconds[at],
        sizes=answers.sizes[at],
        words=[answers.words[row] for row in rows],
        rankings=None if answers.rankings is None else [answers.rankings[row] for row in rows],
        scores=None if answers.scores is None else answers.scores[at],
        digest="",
    )


def calm(crowded: Answers, bases: Sequence[int], before: Answers) -> Answers:
    """Answers to a burst with those of its undisturbed requests, at the rows `bases`, as they were before it: what
    fails in a burst is compared with what the model says when nobody presses. `before` has these answers alone."""
    at = np.asarray(bases, dtype=np.int64)
    states, milliseconds, words = crowded.states.copy(), crowded.milliseconds.copy(), list(crowded.words)
    states[at], milliseconds[at] = before.states, before.milliseconds
    rankings = None if crowded.rankings is None else list(crowded.rankings)
    scores = None if crowded.scores is None else crowded.scores.copy()
    for place, row in enumerate(bases):
        words[row] = before.words[place]
        if rankings is not None and before.rankings is not None:
            rankings[row] = before.rankings[place]
        if scores is not None and before.scores is not None:
            scores[row] = before.scores[place]
    return replace(
        crowded, states=states, milliseconds=milliseconds, words=words, rankings=rankings, scores=scores, digest=""
    )
