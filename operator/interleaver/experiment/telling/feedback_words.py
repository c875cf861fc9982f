"""What to do about feedback that earns no vote, by what most of it came to."""

from typing import Final

from interleaver.experiment.telling.silence import Silence

FEW_EVENTS: Final = 3  # below this feedback says nothing

# The reason of the condition, the results of feedback that show it, and what to do. The first that most events are.
CAUSES_OF_EVENTS: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    (
        "TokensForged",
        ("forged",),
        "no key of this experiment has signed their tokens: send X-Interleaver-Impression back as it came, whole and "
        "unchanged, to the experiment that it came from",
    ),
    (
        "TokensForeign",
        ("foreign",),
        "their tokens are of another run or experiment: send each back to where its list came from",
    ),
    (
        "TokensLate",
        ("late",),
        "they came more than {window} after the list was shown: widen spec.metrics.attributionWindow and rename the "
        "candidate, or send feedback sooner",
    ),
    (
        "Unauthorized",
        ("unauthorized",),
        "feedback that names a unit, and with spec.feedback.requireToken any feedback, needs the token of "
        "spec.feedback as Authorization: Bearer; or give the answer's X-Interleaver-Impression as impression in place "
        "of the unit",
    ),
    (
        "EventsInvalid",
        ("invalid",),
        'an event is {{"impression": ..., "item": ...}}, with at in RFC 3339 or Unix seconds: see '
        "docs/how-to/send-feedback.md",
    ),
    (
        "IdsOfAnotherType",
        ("mistyped",),
        'the list showed the item under an id of another JSON type, and the number 7 is not the string "7": send ids '
        "as the answer has them, and let both models spell them alike",
    ),
    (
        "ItemsNotShown",
        ("unmatched", "mistyped"),
        "the list of their token, or of their unit, does not hold the item: send the id that stands at "
        "spec.contract.itemId, with the token of the list that was shown",
    ),
    (
        "OnlyFill",
        ("fill",),
        "people take what the draft did not place, below spec.contract.depth, which earns nobody a vote: raise the "
        "depth and rename the candidate",
    ),
    (
        "NotMerged",
        ("overall",),
        "the lists that people convert on were no merged ones: see to interleaver_fallbacks_total",
    ),
)


def are_most(results: tuple[str, ...], silence: Silence) -> bool:
    """Whether most of the feedback came to one of these."""
    return silence.events >= FEW_EVENTS and 2 * sum(silence.feedback[each] for each in results) > silence.events


def explain_events(results: tuple[str, ...], fix: str, silence: Silence) -> str:
    """The figures of results, and what to do."""
    number = sum(silence.feedback[each] for each in results)
    words = fix.format(window=silence.run.plan.metrics.attribution_window)
    return f"{number} of {silence.events} feedback event(s) are {' or '.join(results)}: {words}"
