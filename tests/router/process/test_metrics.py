"""What is exported: names, labels, every combination from zero."""

from itertools import product
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from interleaver.api import names
from interleaver.experiment.counting.exposition import read_metrics
from interleaver.router.system.counters import SPARSE
from tests.router.conftest import Stage


def test_every_combination_of_every_label_is_exported_from_zero(make_stage: Any) -> None:
    samples = make_stage().start(run="fresh").router.metrics()
    for metric in names.ROUTER_METRICS:
        if metric.kind != "counter" or "run" not in metric.labels or metric in SPARSE:
            continue
        values = [values or ("fresh",) for values in metric.labels.values()]
        wanted = {tuple(sorted(zip(metric.labels, each, strict=True))) for each in product(*values)}
        found = {labels for labels in samples[metric.name] if ("run", "fresh") in labels}
        assert found == wanted, metric.name
        assert {samples[metric.name][labels] for labels in found} == {0}


def test_names_types_and_help_are_those_of_the_vocabulary(stage: Stage) -> None:
    answer = stage.router.admin("GET", "/metrics")
    assert answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in text_string_to_metric_families(answer.body.decode())}
    assert set(families) == {metric.name.removesuffix("_total") for metric in names.ROUTER_METRICS}
    for metric in names.ROUTER_METRICS:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.help)
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(metric.labels)


def test_the_operator_reads_what_the_router_shows(set_up: Any) -> None:
    stage = set_up()
    token = stage.router.rank().header("X-Interleaver-Impression")
    stage.router.feed_back({"impression": token, "item": "a"})
    scrape = read_metrics(stage.router.admin("GET", "/metrics").body.decode(), stage.router.run)
    assert scrape.generation == stage.generation
    assert scrape.counts["requests.ok"] == 1
    assert sum(count for name, count in scrape.counts.items() if name.startswith("votes.")) == 1


def test_whole_numbers_are_shown_as_such(stage: Stage) -> None:
    lines = stage.router.admin("GET", "/metrics").body.decode().splitlines()
    assert f"interleaver_config_generation {stage.generation}" in lines
    assert "interleaver_config_rejected_total 0" in lines


def test_the_histogram_counts_every_complete_answer_of_each_model(stage: Stage, unit: str) -> None:
    before = stage.router.sample("interleaver_model_request_seconds_count", model="candidate")
    stage.router.rank(unit)
    assert stage.router.sample("interleaver_model_request_seconds_count", model="candidate") == before + 1
    buckets = stage.router.metrics()["interleaver_model_request_seconds_bucket"]
    candidate = sorted(
        (float(dict(key)["le"]), value) for key, value in buckets.items() if ("model", "candidate") in key
    )
    assert [value for _, value in candidate] == sorted(value for _, value in candidate)
    assert candidate[-1] == (float("inf"), before + 1)


def test_the_slots_of_a_merged_answer_are_counted_by_team(stage: Stage, unit: str) -> None:
    stage.router.rank(unit)
    assert sum(stage.router.counts("slots", "team").values()) == 3


def test_the_last_reading_of_a_former_run_can_still_be_taken(make_stage: Any) -> None:
    stage = make_stage().start()
    stage.router.rank()
    for number in range(2, 6):
        stage.configure(run=f"r{number}")
        if number == 2:
            assert stage.router.count("requests", run="r1", arm="interleaved", outcome="ok") == 1
    runs = {dict(key)["run"] for key in stage.router.metrics()["interleaver_votes_total"]}
    assert runs == {"r3", "r4", "r5"}


def test_between_runs_only_feedback_is_exported_without_a_run(make_stage: Any) -> None:
    stage = make_stage().start()
    stage.configure(run=None, candidate=None)
    samples = stage.router.metrics()
    runs = {name: {dict(key).get("run") for key in found} for name, found in samples.items()}
    assert runs["interleaver_feedback_total"] == {"", "r1"}
    assert runs["interleaver_votes_total"] == {"r1"}


def test_the_process_start_is_a_unix_time_that_stays(stage: Stage) -> None:
    first = stage.router.sample("interleaver_process_start_time_seconds")
    assert first == stage.router.sample("interleaver_process_start_time_seconds")
    assert first > 1_700_000_000


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics?x=1", 200),
        ("HEAD", "/metrics", 200),
        ("POST", "/metrics", 405),
        ("GET", "/drain", 404),
        ("POST", "/drain", 404),
        ("DELETE", "/readyz", 405),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
    ],
)
def test_the_admin_port_answers(stage: Stage, method: str, target: str, status: int) -> None:
    assert stage.router.admin(method, target).status == status
