"""From logs to the tables of a suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from interleaver.lab.production.curve import MILLION, Curve, check_curve, make_curve
from interleaver.lab.production.engines import Engine
from interleaver.lab.production.expression import (
    count_pairs,
    judge,
    lay_out,
    list_judgments,
    list_queries,
    sum_up,
    take_conversions,
    take_impressions,
    weigh,
)
from interleaver.lab.production.settings import Settings, Weigh
from interleaver.lab.terms.unusable import Unusable

SOURCE: Final = "production"
MAXIMUM_GRADE: Final = 1.0  # a gain is a probability: that who looks at the item converts on it


@dataclass(frozen=True)
class Built:
    """The tables as their Parquet files have them, and what became of the lines."""

    queries: pa.Table
    judgments: pa.Table
    curve: Curve
    counts: Mapping[str, int]
    settings: Settings


def build(engine: Engine, paths: Sequence[str], settings: Settings) -> Built:
    """Weigh what the logs hold. Raises Unusable where nothing comes of them."""
    check(settings)
    lines = engine.keep("lines", engine.read(paths))
    counts = check_lines(first(engine.collect(sum_up(lines))), paths)
    conversions = take_conversions(lines)
    impressions = engine.keep("impressions", take_impressions(lines))
    places = engine.keep("places", lay_out(impressions, conversions))
    curve = make_curve(settings.curve, engine.collect(count_pairs(places)).to_pylist())
    weighed = weigh(places, curve.looks, round(settings.cap * MILLION))
    counts |= first(engine.collect(count_all(impressions, conversions, weighed)))
    judged = engine.keep("judged", judge(weighed, round(settings.minimum_looks * MILLION)))
    chosen = engine.keep("queries", list_queries(impressions, judged, settings.keep_unconverted))
    queries = engine.collect(chosen)
    if not len(queries):
        raise Unusable(", ".join(paths[:3]), f"no conversion on any of {counts['impressions']} impressions", LACKING)
    judgments = engine.collect(list_judgments(judged, chosen))
    counts["clipped"] = pc.sum(judgments["clipped"]).as_py() or 0
    return Built(make_queries(queries, settings.weigh), judgments.drop_columns("clipped"), curve, counts, settings)


LACKING: Final = "nothing can be judged; --keep-unconverted makes a suite of the requests alone"


def check(settings: Settings) -> None:
    """Raises Unusable for settings that mean nothing."""
    check_curve(settings.curve)
    if not 1 <= settings.cap <= 1000:
        raise Unusable("--cap", f"{settings.cap:g}", "a weight from 1 to 1000")
    if not 0 <= settings.minimum_looks <= 1e6:
        raise Unusable("--minimum-looks", f"{settings.minimum_looks:g}", "a number from 0 to 1000000")


def check_lines(counts: dict[str, int], paths: Sequence[str]) -> dict[str, int]:
    """The counts of lines. Raises Unusable where none is ours."""
    if not counts["ours"]:
        found = f"none of {counts['lines']} lines is an impression or a conversion"
        raise Unusable(", ".join(paths[:3]), found, "lines are as routers write them (spec.sampling)")
    return counts


def count_all(impressions: Any, conversions: Any, weighed: Any) -> Any:
    """What is told of the weights, in one row."""
    return weighed.aggregate(
        places=weighed.count(),
        unknown=(~weighed.known).cast("int64").sum().cast("int64"),
        impressions=impressions.count().as_scalar(),
        conversions=conversions.count().as_scalar(),
        converted=weighed.converted.sum().cast("int64"),
        capped=(weighed.capped * weighed.converted).sum().cast("int64"),
        won=weighed.won.sum().cast("int64"),
        lost=weighed.lost.sum().cast("int64"),
    )


def first(table: pa.Table) -> dict[str, int]:
    """The only row; what no row had a value of is 0."""
    return {name: int(value or 0) for name, value in table.to_pylist()[0].items()}


def make_queries(found: pa.Table, weigh_by: Weigh) -> pa.Table:
    """The queries as a suite has them."""
    columns = {name: found[name] for name in ("query", "unit", "request", "headers")}
    columns["source"] = pa.array([SOURCE] * len(found), pa.string())
    if weigh_by is not Weigh.NOTHING:
        counted = found["won" if weigh_by is Weigh.CONVERSIONS else "impressions"].cast(pa.float64())
        total = pc.sum(counted).as_py()
        columns["weight"] = pc.multiply(counted, len(found) / total) if total else pa.array([1.0] * len(found))
    return pa.table(columns)
