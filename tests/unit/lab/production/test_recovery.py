"""Shoppers who look at the top: the truth is found by known propensities, and missed by counting conversions."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log2
from pathlib import Path

import pytest

from interleaver.lab.production.building import Built, build
from interleaver.lab.production.engines import DuckEngine
from interleaver.lab.production.settings import Settings

from .shop import ITEMS, Shop, look

Gains = Mapping[str, float]
SHOP = Shop()
# The champion that served, and a model that was in no trial, which knows the truth.
CHAMPION = [str(item) for item in range(ITEMS)]
BETTER = CHAMPION[::-1]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SHOP.save(tmp_path_factory.mktemp("shop") / "pod-00000001.jsonl")


@pytest.fixture(scope="module")
def built(log: Path) -> Iterator[Built]:
    engine = DuckEngine()
    yield build(engine, [str(log)], Settings(cap=40.0))
    engine.close()


def average(built: Built) -> Gains:
    """The gain of each item, over all queries."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for row in built.judgments.to_pylist():
        found[row["item"]].append(row["gain"])
    return {item: sum(gains) / len(gains) for item, gains in found.items()}


def count(log: Path) -> Gains:
    """Conversions of each item, as whoever counts them would have it."""
    import json

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return Counter(line["item"] for line in lines if line["kind"] == "conversion")


def order(gains: Gains) -> list[str]:
    return sorted(gains, key=lambda item: -gains[item])


def measure(ranking: Sequence[str], gains: Gains) -> float:
    """nDCG with linear gains."""
    ideal = sum(gains[item] / log2(rank + 1) for rank, item in enumerate(order(gains), 1))
    return sum(gains.get(item, 0.0) / log2(rank + 1) for rank, item in enumerate(ranking, 1)) / ideal


def test_the_curve_is_found_by_the_coins_alone(built: Built) -> None:
    for rank in range(1, 5):
        assert built.curve.looks[rank - 1] / 1e6 == pytest.approx(look(rank), rel=0.25)


def test_known_propensities_find_the_order_that_counting_turns_round(built: Built, log: Path) -> None:
    found, truth = order(average(built)), BETTER
    pairs = [(above, below) for place, above in enumerate(truth) for below in truth[place + 1 :]]
    right = sum(found.index(above) < found.index(below) for above, below in pairs)
    counted = order(count(log))
    right_by_counting = sum(counted.index(above) < counted.index(below) for above, below in pairs)
    assert right >= 0.85 * len(pairs)
    assert right_by_counting <= 0.4 * len(pairs)


def test_the_better_model_is_better_by_known_propensities_and_worse_by_counting(built: Built, log: Path) -> None:
    truth = {item: SHOP.relevance[int(item)] for item in CHAMPION}
    real = measure(BETTER, truth) - measure(CHAMPION, truth)
    weighed, raw = average(built), count(log)
    assert real > 0.1
    assert measure(BETTER, weighed) - measure(CHAMPION, weighed) == pytest.approx(real, rel=0.35)
    assert measure(BETTER, raw) - measure(CHAMPION, raw) < 0
