"""Cases that come more than once, in one source or in two."""

import json
from collections.abc import Sequence

import numpy as np

from interleaver.lab.suites.checking.finding import MOST_EXAMPLES, Finding, Weight
from interleaver.lab.suites.checking.likeness import NEAR, SAME, Pairs, join_pairs, pair_equal
from interleaver.lab.suites.checking.looks import pair_pictures
from interleaver.lab.suites.checking.normal import key_of, list_texts
from interleaver.lab.suites.checking.shingles import pair_texts
from interleaver.lab.suites.suite import Cases, Suite
from interleaver.lab.terms.metric import Task


def pair_cases(suite: Suite) -> tuple[Pairs, int]:
    """Cases that are like an earlier one; and how many pictures could not be looked at."""
    cases = suite.cases
    pictures: Sequence[str | None] = cases.pictures or [None] * len(cases)
    keys: list[bytes | None] = []
    texts: list[str | None] = []
    for row, path in enumerate(pictures):
        request = cases.requests[row] if path is None else None
        keys.append(None if request is None else key_of(request.body, request.headers))
        # Requests of a ranking differ in the one word that says who asks, and are as many requests.
        texts.append(" ".join(list_texts(json.loads(request.body))) if request and suite.task is Task.SCORING else None)
    looks, unknown = pair_pictures(suite.folder, pictures)
    return join_pairs([pair_equal(keys), looks, pair_texts(texts)]), unknown


def find_copies(cases: Cases, pairs: Pairs) -> list[Finding]:
    """Cases that are another one again."""
    findings = []
    for same, kind in ((True, SAME), (False, NEAR)):
        some = pairs.keep(pairs.same == same)
        if len(some):
            words = f"{len(some)} of {len(cases)} are {kind} as an earlier one: they count twice in every figure"
            name = "duplicates" if same else "near duplicates"
            findings.append(Finding(name, Weight.DOUBT, words, len(some), show_pairs(cases, some)))
    return findings


def find_leaks(cases: Cases, pairs: Pairs) -> list[Finding]:
    """What stands in two sources: a model that was trained on the one knows the answers of the other."""
    across = pairs.keep(cases.sources.codes[pairs.earlier] != cases.sources.codes[pairs.later])
    findings = []
    if len(across):
        words = f"{len(across)} are in another source too: figures of one are not figures of new cases"
        findings.append(Finding("leaks", Weight.DOUBT, words, len(across), show_pairs(cases, across)))
    shared, examples = find_shared_units(cases)
    if shared:
        words = f"{shared} units are in more than one source: the sources are not independent"
        findings.append(Finding("units in sources", Weight.DOUBT, words, shared, examples))
    return findings


def find_shared_units(cases: Cases) -> tuple[int, list[str]]:
    """How many units have cases in two sources or more, and the names and sources of the first of them."""
    both = np.unique(np.stack([cases.units, cases.sources.codes.astype(np.int64)], axis=1), axis=0)
    units, starts, counts = np.unique(both[:, 0], return_index=True, return_counts=True)
    shared = np.flatnonzero(counts > 1)
    examples = []
    for place in shared[:MOST_EXAMPLES]:
        sources = [cases.sources.names[code] for code in both[starts[place] : starts[place] + counts[place], 1]]
        examples.append(f"{cases.unit_names[units[place]]}: {', '.join(sources)}")
    return len(shared), examples


def show_pairs(cases: Cases, pairs: Pairs) -> list[str]:
    """The first pairs by name, with the source of each."""
    rows = zip(pairs.later[:MOST_EXAMPLES].tolist(), pairs.earlier[:MOST_EXAMPLES].tolist(), strict=True)
    return [f"{show_case(cases, later)} is {show_case(cases, earlier)} again" for later, earlier in rows]


def show_case(cases: Cases, row: int) -> str:
    """A case by name, with its source."""
    return f"{cases.ids[row]} ({cases.sources.names[cases.sources.codes[row]]})"
