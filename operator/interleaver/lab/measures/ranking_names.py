"""Names of what is measured of a model that ranks; and of what is measured of every server, whatever it answers."""

from typing import Final

from interleaver.lab.measures.family import Family, Takes
from interleaver.lab.terms.metric import Direction

RANKING: Final = (
    Family("P", "Precision: how much of the first k places holds relevant items; a shorter list is divided by k too."),
    Family("R", "Recall: how much of all relevant items stands in the first k places."),
    Family(
        "AP",
        "Average precision at the places of relevant items, over all relevant items, found or not.",
        takes=Takes.EITHER,
    ),
    Family("nDCG", "Discounted gain of the first k places against the best order of all judged items; gain = grade."),
    Family("nDCG_exp", "The same with gain = 2^grade - 1."),
    Family("ERR", "Expected reciprocal rank of the item at which people stop, by the maximum grade of the suite."),
    Family("RR", "Reciprocal rank of the first relevant item, 0 where none stands in the first k places."),
    Family("success", "Whether a relevant item stands in the first k places."),
    Family("judged", "How many of the items in the first k places were judged."),
    Family(
        "overlap",
        "Rank-biased overlap of the first k places with the champion's (extrapolated, p = 0.9): 1 is the same list.",
        paired=True,
    ),
    Family(
        "coverage",
        "How much of the catalogue is shown in the first k places to anybody. Belongs to the set, not to a query.",
    ),
    Family(
        "novelty",
        "Mean self-information of the items in the first k places: how unknown they are.",
        unit="bits",
        reach=None,
    ),
    Family(
        "flips",
        "Queries that are right (a relevant item in the first places) with the champion and wrong with the candidate.",
        direction=Direction.LOWER,
        takes=Takes.NOTHING,
        paired=True,
    ),
)

SERVING: Final = (
    Family(
        "latency_p50_ms",
        "Time to answer that half of the cases took at most.",
        direction=Direction.LOWER,
        takes=Takes.NOTHING,
        unit="ms",
        reach=None,
        task=None,
    ),
    Family(
        "latency_p99_ms",
        "Time to answer that 99 of 100 cases took at most.",
        direction=Direction.LOWER,
        takes=Takes.NOTHING,
        unit="ms",
        reach=None,
        task=None,
    ),
    Family(
        "answer_bytes",
        "Mean size of an answer's body.",
        direction=Direction.LOWER,
        takes=Takes.NOTHING,
        unit="bytes",
        reach=None,
        task=None,
    ),
    Family(
        "errors",
        "Cases that were asked and have no answer that can be measured.",
        direction=Direction.LOWER,
        takes=Takes.NOTHING,
        unit="cases",
        sampled=False,
        reach=None,
        task=None,
    ),
    Family(
        "corner_failures",
        "Corner cases whose answer is not what was demanded.",
        direction=Direction.LOWER,
        takes=Takes.NOTHING,
        unit="cases",
        sampled=False,
        reach=None,
        task=None,
    ),
)
