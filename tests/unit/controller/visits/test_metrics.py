"""The operator's metrics: what is exported is what is documented, and what is gone is shown no more."""

import re
from itertools import product

import pytest
from prometheus_client.parser import text_string_to_metric_families

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.names import Metric
from interleaver.api.run import Run
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.calls import CODES, VERBS, Calls, class_of
from interleaver.controller.visits.exported import OF_CALLS, OF_RUNS, OPERATOR_METRICS
from interleaver.controller.visits.metrics import Metrics
from tests.builders import make_source
from tests.cluster import ROOT
from tests.unit.controller.operators import KEY, FakeOperator, make_resource, make_serving

PAGE = ROOT / "docs" / "reference" / "operator-metrics.md"
LABELS = {metric.name: tuple(metric.labels) for metric in OPERATOR_METRICS}
Shown = dict[str, dict[tuple[str, ...], float]]


def read(metrics: Metrics) -> tuple[dict[str, tuple[str, str]], Shown]:
    """Type and help of each metric, and its series by the values of their labels."""
    heads, series = dict[str, tuple[str, str]](), Shown()
    for family in text_string_to_metric_families(metrics.text().decode()):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        heads[name] = family.type, family.documentation
        for sample in family.samples:
            labels = LABELS.get(sample.name, tuple(sample.labels))
            series.setdefault(sample.name, {})[tuple(sample.labels[label] for label in labels)] = sample.value
    return heads, series


def make_calls(*calls: tuple[str, str, int]) -> Calls:
    made = Calls()
    for verb, resource, status in calls:
        made.add(verb, resource, status, 0.5)
    return made


def run_experiment() -> FakeOperator:
    """An operator in whose only experiment a run goes on."""
    operator = make_serving(candidate=make_source("v42"))
    assert operator.status["run"]["stage"] == "Running"
    return operator


def test_what_is_exported_is_what_is_documented() -> None:
    operator = run_experiment()
    heads, _ = read(operator.metrics)
    assert heads == {metric.name: (metric.kind, metric.help) for metric in OPERATOR_METRICS}
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE.read_text(), re.MULTILINE)
    assert rows == [(metric.name, metric.kind) for metric in OPERATOR_METRICS]


@pytest.mark.parametrize("metric", OPERATOR_METRICS, ids=lambda metric: metric.name)
def test_series_have_the_labels_and_the_values_of_the_table_and_those_that_are_bounded_are_there_at_once(
    metric: Metric,
) -> None:
    if metric in OF_RUNS or metric in OF_CALLS or metric.kind == "histogram":
        return
    _, series = read(Metrics(lambda: 0))
    assert set(series[metric.name]) == set(product(*metric.labels.values()))


def test_a_run_is_shown_with_its_percent_votes_evidence_and_bar() -> None:
    operator = run_experiment()
    run = operator.status["run"]
    _, series = read(operator.metrics)
    of_run = ("shop", "feed", run["id"])
    assert series["interleaver_operator_run_percent"] == {of_run: run["percent"]}
    tally = run["tally"]
    votes = dict(zip(names.VOTES, (tally["wins"], tally["ties"], tally["losses"]), strict=True))
    assert series["interleaver_operator_run_votes"] == {(*of_run, outcome): votes[outcome] for outcome in names.VOTES}
    evidence = {"on-par": "onPar", "better": "better", "harm": "harm"}
    assert series["interleaver_operator_run_evidence"] == {
        (*of_run, hypothesis): float(run["evidence"][field]) for hypothesis, field in evidence.items()
    }
    assert series["interleaver_operator_run_evidence_bar"] == {of_run: pytest.approx(20.0)}


def test_series_of_an_experiment_that_is_gone_go_with_it() -> None:
    operator = run_experiment()
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    operator.visit()
    _, series = read(operator.metrics)
    assert not [name for name in series if name.startswith("interleaver_operator_run_")]


def test_who_leads_no_more_shows_no_runs() -> None:
    operator = run_experiment()
    operator.reconciler.forget()
    _, series = read(operator.metrics)
    assert not [name for name in series if name.startswith("interleaver_operator_run_")]


def test_a_run_takes_the_place_of_the_one_before() -> None:
    metrics = Metrics(lambda: 0)
    run = read_run(run_experiment())
    metrics.stage(KEY, "Running", run)
    metrics.stage(KEY, "Running", run.model_copy(update={"id": "v43-20261123t101500z"}))
    _, series = read(metrics)
    assert [key[2] for key in series["interleaver_operator_run_percent"]] == ["v43-20261123t101500z"]


def read_run(operator: FakeOperator) -> Run:
    run = Experiment.model_validate(make_resource() | {"status": operator.status}).status.run
    assert run is not None
    return run


def test_a_verdict_is_counted_once_when_it_is_written() -> None:
    operator = run_experiment()
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    annotations = {names.ANNOTATION_ABORT: operator.status["run"]["id"]}
    operator.cluster.put(live | {"metadata": live["metadata"] | {"annotations": annotations}})
    operator.live_on(10)
    _, series = read(operator.metrics)
    counted = series["interleaver_operator_verdicts_total"]
    assert counted == {("Promote",): 0, ("Rollback",): 0, ("Inconclusive",): 0, ("Aborted",): 1}


def test_calls_are_counted_by_verb_resource_and_code_and_timed_by_verb() -> None:
    calls = make_calls(("get", "pods", 200), ("get", "pods", 404), ("get", "pods", 200), ("list", "pods", 0))
    _, series = read(Metrics(lambda: 0, calls=calls))
    assert series["interleaver_operator_api_requests_total"] == {
        ("get", "pods", "2xx"): 2,
        ("get", "pods", "404"): 1,
        ("list", "pods", "none"): 1,
    }
    assert series["interleaver_operator_api_request_seconds_total"] == {("get",): 1.5, ("list",): 0.5}


def test_labels_of_calls_are_bounded() -> None:
    assert {class_of(status) for status in range(1000)} == set(CODES)
    assert len(VERBS) * len(kinds.PLURALS) * len(CODES) < 1000
