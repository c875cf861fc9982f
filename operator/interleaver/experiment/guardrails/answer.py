"""What Prometheus answers to an instant query: one number, or no data with the reason. Pure.

The form is that of its HTTP API, version 1. The text comes from outside, so it is bounded before it gets here, and
whatever it may be, it is an answer: nothing is raised.
"""

import json
from math import isfinite
from typing import Any, Final

from interleaver.api.observed import Answer

LONGEST_REASON: Final = 200  # characters of words that are not ours; the reason ends in the status


def read_answer(body: bytes) -> Answer:
    """The number in the body of a successful answer: a scalar, or a vector of exactly one series.

    No data are: an empty vector, several series, a matrix, a string, a histogram, NaN and the infinities (a ratio of
    nothing), warnings (the answer is partial), and whatever is not in this form.
    """
    try:
        document = json.loads(body)
        if document["status"] != "success":
            return find_nothing(f"the query failed: {document.get('error', 'no reason given')}")
        if document.get("warnings"):
            return find_nothing(f"the answer has a warning: {document['warnings'][0]}")
        return read_result(document["data"]["resultType"], document["data"]["result"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return find_nothing("the answer is not one of Prometheus")


def read_result(kind: Any, result: Any) -> Answer:
    """The number in a result of that type. Raises what indexing and conversion raise when it has another form."""
    if kind == "scalar":
        return read_number(result[1])
    if kind != "vector":
        return find_nothing(f"the query gives a {kind}, not one number")
    if len(result) != 1:
        return find_nothing(f"the query gives {len(result)} series instead of one" if result else "no series")
    if "value" not in result[0]:
        return find_nothing("the query gives a histogram, not one number")
    return read_number(result[0]["value"][1])


def read_number(text: Any) -> Answer:
    """A sample's value, which Prometheus writes as text. Raises ValueError or TypeError when it is no number."""
    value = float(text)
    return Answer(value) if isfinite(value) else find_nothing(f"the value is {value}")


def find_nothing(why: str) -> Answer:
    """No data, with the reason."""
    return Answer(None, why[:LONGEST_REASON])
