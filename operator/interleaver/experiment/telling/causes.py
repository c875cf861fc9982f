"""Why no votes come: a table of causes, the first that fits is told. It blocks nothing and decides nothing.

A cause is told as soon as there is evidence for it; one that is an absence, of requests or of feedback, after some
minutes. All of it is within ten minutes, so that nobody finds out when the window is over.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from interleaver.experiment.deciding.health import FEW_REQUESTS, explain_fallbacks, explain_mismatch
from interleaver.experiment.telling.feedback_words import CAUSES_OF_EVENTS, are_most, explain_events
from interleaver.experiment.telling.silence import Silence, find_greatest
from interleaver.experiment.telling.unit_words import explain_heavy, explain_unitless

AT_ONCE: Final = 60  # seconds: a first look may catch requests in the middle of their way
PATIENCE: Final = 300  # seconds after which an absence is one
HALF: Final = 50  # percent
SPECK: Final = 20  # of so many requests on other paths one may be a stray on ours


class Cause(NamedTuple):
    """Why no votes come."""

    reason: str
    after: int  # seconds without a vote
    holds: Callable[[Silence], bool]
    words: Callable[[Silence], str]


def gets_no_requests(silence: Silence) -> bool:
    few = silence.ranking < FEW_REQUESTS and silence.elsewhere >= SPECK * max(1, silence.ranking)
    return few or silence.ranking + silence.passed["excluded"] == 0


def explain_no_requests(silence: Silence) -> str:
    path = silence.run.plan.contract.path
    words = f"{silence.ranking} ranking request(s) came on spec.contract.path {path}"
    if silence.blind:
        words += " with a unit; routers of an older version do not count those without one: see to the unit as well"
    if not silence.elsewhere:
        return f"{words}, and none on any other: send the shop's requests to spec.service, by POST or GET"
    other = f"{silence.passed['path']} on other paths and {silence.passed['method']} by other methods than POST and GET"
    return f"{words}, but {other}: mend the path in spec.contract, to the letter, and rename the candidate"


def names_few_units(silence: Silence) -> bool:
    return silence.ranking >= FEW_REQUESTS and 2 * sum(silence.unitless.values()) > silence.ranking


def has_one_unit(silence: Silence) -> bool:
    return max(silence.heavy.values(), default=0) >= HALF


def lists_fail(silence: Silence) -> bool:
    return silence.interleaved >= FEW_REQUESTS and sum(silence.fallbacks.values()) * 2 >= silence.interleaved


def explain_failing_lists(silence: Silence) -> str:
    greatest, all_ = find_greatest(silence.fallbacks), sum(silence.fallbacks.values())
    words = explain_mismatch(silence.run) or explain_fallbacks(silence.run)
    return words or (
        f"{all_} of {silence.interleaved} interleaved requests ended without a comparison, most of them for "
        f"{greatest!r}: docs/how-to/observe-the-router.md says what that is"
    )


def shows_lists_in_vain(silence: Silence) -> bool:
    return silence.merged >= FEW_REQUESTS and silence.events == 0


def explain_no_feedback(silence: Silence) -> str:
    return (
        f"{silence.merged} merged lists were shown, and no feedback was taken at all: POST /feedback to spec.service "
        "with the answer's X-Interleaver-Impression and the item, see docs/how-to/send-feedback.md; what routers "
        "refuse is in interleaver_refusals_total. If people take longer than that to convert nothing is wrong: this "
        "goes with the first vote"
    )


def leaves_all_out(silence: Silence) -> bool:
    return silence.ranking == 0 and silence.passed["excluded"] >= FEW_REQUESTS


def explain_exclusion(silence: Silence) -> str:
    number = silence.passed["excluded"]
    return f"spec.contract.exclude leaves out all {number} request(s): narrow its patterns, and rename the candidate"


CAUSES: Final = (
    Cause("NoRequests", PATIENCE, gets_no_requests, explain_no_requests),
    Cause("AllExcluded", AT_ONCE, leaves_all_out, explain_exclusion),
    Cause("NoUnit", AT_ONCE, names_few_units, explain_unitless),
    Cause("OneUnit", AT_ONCE, has_one_unit, explain_heavy),
    Cause("Fallbacks", AT_ONCE, lists_fail, explain_failing_lists),
    Cause("NoFeedback", PATIENCE, shows_lists_in_vain, explain_no_feedback),
    *(
        Cause(reason, AT_ONCE, partial(are_most, results), partial(explain_events, results, fix))
        for reason, results, fix in CAUSES_OF_EVENTS
    ),
)
