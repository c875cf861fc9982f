"""The one expression: from lines to what every item had of looks and conversions, and to queries. Pure; for any engine.

With p_k the known probability that an item stands at rank k of a draft, and e_k how much rank k is looked at, the item
can expect E = sum_k p_k e_k looks of an impression, whether or not its coin showed it. A conversion counts w = 1 / E,
capped, and the gain is

    sum over impressions of w * converted  /  sum over impressions of w * E

(policy-aware inverse propensity weighting: Oosterhuis, de Rijke, SIGIR 2020; the sum below makes it self-normalised:
Swaminathan, Joachims, "The self-normalized estimator for counterfactual learning", NIPS 2015). Under the position-based
model, in which a conversion has the probability e_k times relevance, the expectation above is the relevance times what
stands below, whatever the weights: a cap costs precision and brings no bias.

All sums are of whole numbers, so that they do not depend on the order in which an engine adds, and two engines come to
the same rows to the last bit.
"""

from collections.abc import Sequence
from typing import Any

import ibis

from interleaver.lab.production.curve import MILLION
from interleaver.lab.production.lines import CONVERSION, IMPRESSION, VERSION


def take_impressions(lines: Any) -> Any:
    """Impressions that are whole. A log that is given twice counts once."""
    whole = lines.filter(
        lines.line == VERSION,
        lines.kind == IMPRESSION,
        lines.impression.notnull(),
        lines.query.notnull(),
        lines.body.notnull(),
        lines.slots.notnull(),
    )
    kept = ("unit", "query", "headers", "body", "slots")
    return whole.group_by("impression").aggregate(**{name: whole[name].arbitrary() for name in kept})


def take_conversions(lines: Any) -> Any:
    """Conversions: of an impression and item one."""
    whole = lines.filter(
        lines.line == VERSION, lines.kind == CONVERSION, lines.impression.notnull(), lines.item.notnull()
    )
    return whole.select("impression", "item").distinct()


def lay_out(impressions: Any, conversions: Any) -> Any:
    """A row for each item of each impression: where it stood, where it would have stood, whether it converted.

    Where nothing is known of coins the item had no other place.
    """
    each = impressions.select("impression", "query", slot=impressions.slots.unnest())
    slots = each.select(
        "impression",
        "query",
        item=each.slot["item"],
        rank=each.slot["rank"],
        other=ibis.ifelse(each.slot["propensity"].isnull(), each.slot["rank"], each.slot["other"]),
        known=each.slot["propensity"].notnull(),
    )
    found = conversions.mutate(found=1)
    joined = slots.left_join(found, ["impression", "item"])
    converted = joined.found.notnull() & joined["rank"].notnull()
    laid = joined.select("query", "item", "rank", "other", "known", converted=ibis.ifelse(converted, 1, 0))
    return laid.filter(laid.item.notnull(), laid["rank"].notnull() | laid.other.notnull())


def count_pairs(places: Any) -> Any:
    """Conversions at two neighbouring ranks of items that a coin put at one of them: what the curve is known by."""
    moved = places.filter(places.converted == 1, places.known, (places["rank"] - places.other).abs() == 1)
    above = ibis.least(moved["rank"], moved.other)
    pairs = moved.mutate(above=above, first=(moved["rank"] < moved.other).ifelse(1, 0))
    return pairs.group_by("above", "first").aggregate(conversions=pairs.count())


def count_looks(rank: Any, looks: Sequence[int]) -> Any:
    """Looks at a rank, in millionths; 0 at none. Ranks beyond those that are known get as many as the last one."""
    place = ibis.greatest(ibis.least(rank, len(looks)), 1) - 1  # none below 0, on which engines differ
    return ibis.ifelse(rank.isnull(), 0, ibis.array(list(looks))[place.cast("int32")])  # Spark takes no longer one


def weigh(places: Any, looks: Sequence[int], cap: int) -> Any:
    """The places with their looks, weights and what both come to, in millionths. `looks` of rank 1 is a million."""
    twice = count_looks(places["rank"], looks) + count_looks(places.other, looks)
    with_looks = places.mutate(twice=twice)  # of what is expected: each place has half a chance
    uncapped = (2 * MILLION * MILLION) // with_looks.twice
    weighed = with_looks.mutate(
        weight=ibis.least(uncapped, cap).cast("int64"), capped=ibis.ifelse(uncapped > cap, 1, 0)
    )
    return weighed.mutate(
        won=weighed.weight * weighed.converted,
        lost=((uncapped.cast("int64") - weighed.weight) * weighed.converted),
        expected=((weighed.weight * weighed.twice) // (2 * MILLION)).cast("int64"),
    )


def judge(weighed: Any, minimum_looks: int) -> Any:
    """What each item of each query is worth. What was hardly looked at and has no conversion is not judged."""
    sums = weighed.group_by("query", "item").aggregate(
        won=weighed.won.sum().cast("int64"),
        expected=weighed.expected.sum().cast("int64"),
        twice=weighed.twice.sum().cast("int64"),
        conversions=weighed.converted.sum().cast("int64"),
    )
    judged = sums.filter((sums.conversions > 0) | (sums.twice >= 2 * minimum_looks))
    share = judged.won.cast("float64") / judged.expected.cast("float64")
    return judged.mutate(
        gain=ibis.ifelse(judged.won > judged.expected, ibis.literal(1.0), share),
        clipped=ibis.ifelse(judged.won > judged.expected, 1, 0),
    )


def list_queries(impressions: Any, judged: Any, keep_unconverted: bool) -> Any:
    """The requests, each once. A unit is told where all that asked so are one."""
    asked = impressions.group_by("query").aggregate(
        request=impressions.body.min(),
        headers=impressions.headers.min(),
        unit=ibis.ifelse(impressions.unit.nunique() == 1, impressions.unit.min(), ibis.null("string")),
        impressions=impressions.count(),
    )
    worth = judged.group_by("query").aggregate(won=judged.won.sum().cast("int64"))
    known = asked.left_join(worth, "query").select(
        "query", "unit", "request", "headers", "impressions", won=ibis.coalesce(worth.won, 0).cast("int64")
    )
    kept = known if keep_unconverted else known.filter(known.won > 0)
    return kept.order_by("query")


def list_judgments(judged: Any, queries: Any) -> Any:
    """The judgments of the queries that stay, in order."""
    kept = judged.semi_join(queries, "query")
    return kept.select("query", "item", "gain", "clipped").order_by("query", "item")


def sum_up(lines: Any) -> Any:
    """How many lines there are, and of which kinds."""
    ours = (lines.line == VERSION) & lines.kind.isin((IMPRESSION, CONVERSION)) & lines.impression.notnull()
    return lines.aggregate(
        lines=lines.count(),
        ours=ours.fill_null(False).cast("int64").sum().cast("int64"),
        latest=lines["at"].max(),
    )
