"""Requests as they were sent. They may be of people, so only pages that were asked to show them have any."""

from interleaver.lab.suites.suite import Suite

LONGEST = 600


def show_request(suite: Suite, case: int) -> str:
    """What was sent for one case, cut off where it is long."""
    text = suite.cases.requests[case].body.decode("utf-8", "replace")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"
