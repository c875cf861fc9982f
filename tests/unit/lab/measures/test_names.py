"""A metric's name is understood or refused by itself, before anything is measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.measures.names import UnknownMetric, known, parse
from interleaver.lab.terms.metric import Direction, Metric, Task


@pytest.mark.parametrize(
    "base", ["P", "R", "AP", "nDCG", "nDCG_exp", "ERR", "RR", "success", "judged", "overlap", "coverage"]
)
def test_any_depth_can_be_asked_for(base: str) -> None:
    found = parse(f"{base}@50", Task.RANKING)
    assert (found.name, found.depth, found.metric.direction) == (f"{base}@50", 50, Direction.HIGHER)


def test_average_precision_needs_no_depth() -> None:
    assert parse("AP", Task.RANKING).depth is None


@pytest.mark.parametrize("name", ["latency_p99_ms", "answer_bytes", "errors"])
@pytest.mark.parametrize("task", list(Task))
def test_figures_of_the_server_are_measured_for_both_tasks_and_are_better_low(name: str, task: Task) -> None:
    assert parse(name, task).metric.direction is Direction.LOWER


def test_errors_are_counted_and_not_sampled() -> None:
    assert not parse("errors", Task.RANKING).metric.sampled


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("nDGC@10", "nDCG@10"),
        ("ndcg@10", "nDCG@10"),
        ("MRR@5", "RR@5"),
        ("latency_p90_ms", "latency_p99_ms"),
        ("flip", "flips"),
        ("MAP@10", "AP@10"),
    ],
)
def test_an_unknown_name_is_told_the_nearest_ones(name: str, meant: str) -> None:
    with pytest.raises(UnknownMetric) as refusal:
        parse(name, Task.RANKING)
    assert meant in refusal.value.nearest
    assert meant in str(refusal.value)


@pytest.mark.parametrize(
    "name", ["P", "P@", "P@0", "P@05", "P@-1", "P@1.5", "P@k", "P@99999999999", "P@١", "flips@5", "errors@5", ""]
)
def test_a_depth_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnknownMetric):
        parse(name, Task.RANKING)


def test_a_metric_of_rankings_is_none_of_scores() -> None:
    with pytest.raises(UnknownMetric):
        parse("nDCG@10", Task.SCORING)


@pytest.mark.parametrize(
    ("name", "task", "own", "other"),
    [
        ("nDCG@10", Task.SCORING, "AUC", "P@k"),
        ("AP@", Task.SCORING, "AUC", "P@k"),
        ("AUC", Task.RANKING, "nDCG@k", "EER"),
        ("FNR@FPR=0.01", Task.RANKING, "nDCG@k", "EER"),
        ("APCER:print", Task.RANKING, "nDCG@k", "EER"),
    ],
)
def test_a_metric_of_the_other_task_is_said_to_be_one_and_no_other_of_that_task_is_named(
    name: str, task: Task, own: str, other: str
) -> None:
    with pytest.raises(UnknownMetric) as refusal:
        parse(name, task)
    said = str(refusal.value)
    assert (
        f"it is one of the task {'ranking' if task is Task.SCORING else 'scoring'}, and this suite's is {task}" in said
    )
    assert refusal.value.nearest or own in said
    assert other not in said.split("; ", 1)[1]
    for meant in refusal.value.nearest:
        assert parse(meant, task)


def test_where_nothing_is_near_the_names_that_there_are_are_said() -> None:
    with pytest.raises(UnknownMetric, match="there are P@k, R@k, AP, AP@k, nDCG@k"):
        parse("xyzzy", Task.RANKING)


def test_a_custom_metric_is_known_by_its_name() -> None:
    cost = Metric("cost", Direction.LOWER, "EUR")
    assert parse("cost", Task.RANKING, [cost]).metric is cost
    assert known(Task.RANKING, [cost])[-1] == "cost"


@given(st.integers(1, 10_000))
def test_every_known_name_is_understood(depth: int) -> None:
    for name in known(Task.RANKING):
        written = name.replace("@k", f"@{depth}")
        assert parse(written, Task.RANKING).name == written
