"""Names of metrics of scores."""

import pytest

from interleaver.lab.measures.names import UnknownMetric, known, parse
from interleaver.lab.measures.score_names import read_aimed
from interleaver.lab.measures.thresholds import Aim
from interleaver.lab.terms.metric import Direction, Task


@pytest.mark.parametrize(
    ("name", "direction", "aim"),
    [
        ("FNR@FPR=0.01", Direction.LOWER, Aim("FPR", 0.01)),
        ("FPR@FNR=1e-3", Direction.LOWER, Aim("FNR", 0.001)),
        ("precision@recall=0.9", Direction.HIGHER, Aim("recall", 0.9)),
        ("recall@precision=1", Direction.HIGHER, Aim("precision", 1.0)),
        ("FPR@FPR=0.05", Direction.LOWER, Aim("FPR", 0.05)),
        ("F1@EER", Direction.HIGHER, Aim("EER")),
        ("cost@FP=1,FN=12.5", Direction.LOWER, Aim("cost", alarm=1.0, miss=12.5)),
    ],
)
def test_a_name_says_what_is_measured_and_what_its_threshold_is_chosen_for(
    name: str, direction: Direction, aim: Aim
) -> None:
    assert parse(name, Task.SCORING).metric.direction is direction
    assert read_aimed(name)[1] == aim
    assert name.endswith(f"@{aim}") or name == "FPR@FNR=1e-3"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("auc", "AUC"),
        ("FNR@FPR", "FNR@FPR=0.01"),
        ("FRN@FPR=0.01", "FNR@FPR=0.01"),
        ("FNR@FPR=1.5", "FNR@FPR=0.01"),
        ("AUC@FPR=0.1", "FNR@FPR=0.01"),
        ("cost@FP=1", "cost@FP=1,FN=10"),
        ("cost@FP=1e300,FN=1", "cost@FP=1,FN=10"),
        ("APCER:", "APCER"),
    ],
)
def test_an_unknown_name_is_told_the_nearest_ones(name: str, meant: str) -> None:
    with pytest.raises(UnknownMetric) as refused:
        parse(name, Task.SCORING)
    assert meant in refused.value.nearest


@pytest.mark.parametrize("name", ["AUC", "FNR@FPR=0.01", "flips@5", "APCER:mask"])
def test_a_metric_of_scores_is_none_of_rankings(name: str) -> None:
    with pytest.raises(UnknownMetric):
        parse(name, Task.RANKING)


def test_every_known_name_is_understood() -> None:
    for name in known(Task.SCORING):
        assert parse(name, Task.SCORING).name == name


def test_flips_take_a_champion() -> None:
    assert parse("flips", Task.SCORING).metric.paired
    assert not parse("FNR", Task.SCORING).metric.paired
