"""What a suite leaves out, so that figures cannot tell it."""

from typing import Final

import numpy as np

from interleaver.lab.suites.checking.finding import MOST_EXAMPLES, Finding, Weight
from interleaver.lab.suites.suite import Cases, Judgments, Suite

SMALL: Final = 30
"""Cases below which a group's interval is too wide for most questions."""
MANY: Final = 50
"""Values of an attribute from which on a table by it is no table that anybody reads."""


def find_blanks(suite: Suite) -> list[Finding]:
    """All of them."""
    findings = find_groups(suite.cases)
    if suite.judgments is not None:
        findings += find_unjudged(suite.judgments)
    if suite.judgments is not None and suite.maximum_grade is None:
        findings.append(Finding("grades", Weight.NOTE, "maximumGrade is not said in suite.yaml, so ERR is not told"))
    if suite.cases.labels is not None and len(np.unique(suite.cases.labels)) < 2:
        words = f"all labels are {suite.cases.labels[0]}: AUC and equal error rate are not told"
        findings.append(Finding("labels", Weight.DOUBT, words, len(suite.cases)))
    return findings


def find_unjudged(judgments: Judgments) -> list[Finding]:
    """Queries that nobody judged, and those whose judgments are all 0."""
    lengths = judgments.lists.lengths
    findings = []
    if (lengths == 0).any():
        count = int((lengths == 0).sum())
        words = f"{count} of {len(lengths)} queries have no judgments, and are left out of figures"
        findings.append(Finding("unjudged", Weight.DOUBT if count == len(lengths) else Weight.NOTE, words, count))
    rows = np.repeat(np.arange(len(lengths)), lengths)
    best = np.bincount(rows, weights=judgments.gains > 0, minlength=len(lengths))
    zero = int(((lengths > 0) & (best == 0)).sum())
    if zero:
        words = f"{zero} of {len(lengths)} queries have judgments that are all 0: no model can do well on them"
        findings.append(Finding("all zero", Weight.NOTE, words, zero))
    return findings


def find_groups(cases: Cases) -> list[Finding]:
    """Attributes that are missing, groups that are small, and attributes of too many values."""
    findings = []
    for name, labels in cases.attributes.items():
        missing = int((labels.codes < 0).sum())
        if missing:
            words = f"{name} is missing in {missing} of {len(cases)}: a group of its own"
            findings.append(Finding("missing", Weight.NOTE, words, missing))
        counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.names))
        if len(labels.names) > MANY:
            words = f"{name} has {len(labels.names)} values: put them into ranges or classes"
            findings.append(Finding("many values", Weight.NOTE, words, len(labels.names)))
        elif (counts < SMALL).any():
            small = [f"{labels.names[code]}: {counts[code]}" for code in np.flatnonzero(counts < SMALL)]
            words = f"{len(small)} groups of {name} have fewer than {SMALL} cases: little can be told of them"
            findings.append(Finding("small groups", Weight.NOTE, words, len(small), small[:MOST_EXAMPLES]))
    return findings
