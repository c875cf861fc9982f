"""Looks at a suite that was read: everything about it that a person should know before trusting figures."""

from datetime import datetime, timedelta

from interleaver.lab.suites.checking.age import find_age
from interleaver.lab.suites.checking.blanks import find_blanks
from interleaver.lab.suites.checking.copies import find_copies, find_leaks, pair_cases
from interleaver.lab.suites.checking.doubt import find_gain_doubts, find_label_doubts
from interleaver.lab.suites.checking.drift import find_drift
from interleaver.lab.suites.checking.finding import Finding, Weight
from interleaver.lab.suites.suite import Suite


def check_suite(suite: Suite, now: datetime, limit: timedelta | None = None) -> list[Finding]:
    """All findings, doubts first. `limit` is the age above which a suite is too old; None asks nothing of it."""
    pairs, unknown = pair_cases(suite)
    findings = find_copies(suite.cases, pairs) + find_leaks(suite.cases, pairs)
    if suite.cases.labels is not None:
        findings += find_label_doubts(suite.cases, pairs)
    if suite.judgments is not None:
        findings += find_gain_doubts(suite.cases, suite.judgments, pairs)
    if unknown:
        words = f"{unknown} files are no pictures that can be opened here: only equal ones are found among them"
        findings.append(Finding("pictures", Weight.NOTE, words, unknown))
    findings += find_drift(suite.cases) + find_age(suite, now, limit) + find_blanks(suite)
    return sorted(findings, key=lambda finding: finding.weight is not Weight.DOUBT)
