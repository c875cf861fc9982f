"""How old a suite is: production moves on, and a suite does not."""

from datetime import datetime, timedelta

from interleaver.lab.suites.checking.finding import Finding, Weight
from interleaver.lab.suites.suite import Suite


def find_age(suite: Suite, now: datetime, limit: timedelta | None) -> list[Finding]:
    """What is to be said of the suite's age; a doubt where it is above the limit."""
    if suite.collected_at is None:
        words = "collectedAt is not said in suite.yaml: nobody can tell how old it is, and a gate's maxAge cannot hold"
        return [Finding("age", Weight.NOTE if limit is None else Weight.DOUBT, words)]
    age = now - suite.collected_at
    days = age / timedelta(days=1)
    if age < timedelta(0):
        return [
            Finding("age", Weight.DOUBT, f"collectedAt lies {-days:.0f} days ahead", figures={"days": round(days, 1)})
        ]
    words = f"its newest samples were collected {days:.0f} days ago"
    if limit is None or age <= limit:
        return [Finding("age", Weight.NOTE, words, figures={"days": round(days, 1)})]
    words += f", more than {limit / timedelta(days=1):g}: collect new ones"
    return [Finding("age", Weight.DOUBT, words, figures={"days": round(days, 1)})]
