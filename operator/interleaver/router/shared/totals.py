"""The totals of a run as a shared store holds them: fields of one hash, such as `votes.win`, and gauges. Pure."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from interleaver.api import names
from interleaver.api.names import Metric
from interleaver.router.system.counters import Series, list_values

METRICS: Final = {
    "votes": names.STORE_VOTES,
    "conversions": names.STORE_CONVERSIONS,
    "placed": names.STORE_PLACED_VOTES,
    "coins": names.STORE_FIRST_COINS,
    "overall": names.STORE_OVERALL_CONVERSIONS,
    "epoch": names.STORE_EPOCH,
    "setback": names.STORE_SET_BACK,
}
ALLOWED: Final = {kind: frozenset(product(*list_values(metric))) for kind, metric in METRICS.items()}


def spell_field(kind: str, *labels: str) -> str:
    """The field of the hash in which one series is counted."""
    return ".".join((kind, *labels))


def read_totals(flat: Sequence[bytes]) -> dict[str, Series]:
    """The gauges, from the hash's fields and values in turn: every series from zero, and no field that is not ours."""
    found = {metric.name: start(metric) for metric in METRICS.values()}
    for field, value in pair(flat):
        kind, *labels = field.split(".")
        if kind in METRICS and tuple(labels) in ALLOWED[kind]:
            found[METRICS[kind].name][tuple(labels)] = int(value)
    return found


def start(metric: Metric) -> Series:
    """All series of a gauge at zero; none of one that has a hundred of which a run uses a handful."""
    return {} if metric is names.STORE_OVERALL_CONVERSIONS else dict.fromkeys(product(*list_values(metric)), 0)


def pair(flat: Sequence[bytes]) -> Iterable[tuple[str, str]]:
    """Fields and their values."""
    texts = [each.decode("utf-8", "replace") for each in flat]
    return zip(texts[::2], texts[1::2], strict=True)
