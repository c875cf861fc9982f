"""The page on observing routers: its queries name what is exported, and its table has every line a router writes."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hack.dashboard import PANELS

from interleaver.api import names
from interleaver.controller.visits.exported import OPERATOR_METRICS
from interleaver.router.serving.witness import EVENTS

from .blocks import ROOT

PAGE: Final = ROOT / "docs" / "how-to" / "observe-the-router.md"
RUNBOOK: Final = ROOT / "docs" / "how-to" / "act-on-alerts.md"
ALERTS: Final = ROOT / "charts" / "interleaver" / "files" / "alerts.yaml"
SOURCES: Final = sorted((ROOT / "operator" / "interleaver" / "router").rglob("*.py"))
VALUES: Final = {metric.name: dict(metric.labels) for metric in (*names.ROUTER_METRICS, *OPERATOR_METRICS)}
FROM_OUTSIDE: Final = {"namespace", "experiment", "pod", "le"}  # labels that the scrape adds, and a histogram's bound


def list_alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def list_queries() -> list[str]:
    return [rule["expr"] for rule in list_alerts()] + [query for panel in PANELS for query, _ in panel.queries]


def find_labels(series: str) -> dict[str, tuple[str, ...]]:
    """The labels of the metric that a series belongs to, with their values. Raises KeyError."""
    return VALUES[series] if series in VALUES else VALUES[re.sub(r"_(bucket|count|sum)$", "", series)]


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: " ".join(query.split())[:60])
def test_a_query_names_metrics_and_labels_that_are_exported(query: str) -> None:
    found = re.findall(r"(interleaver_\w+)(?:\{([^}]*)\})?", query)
    assert found
    known = FROM_OUTSIDE.union(*(find_labels(series) for series, _ in found))
    for series, matchers in found:
        for label, values in re.findall(r"(\w+)=~?\"([^\"]*)\"", matchers):
            assert label in FROM_OUTSIDE or set(values.split("|")) <= set(find_labels(series)[label])
    for labels in re.findall(r"by \(([^)]*)\)", query):
        assert {each.strip() for each in labels.split(",")} <= known


def test_every_alert_says_what_it_means_and_the_runbook_what_to_do() -> None:
    sections = re.findall(r"^## (Interleaver\w+)\n\n`(page|ticket)`\.", RUNBOOK.read_text(), re.MULTILINE)
    assert sections == [(rule["alert"], rule["labels"]["severity"]) for rule in list_alerts()]
    for rule in list_alerts():
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["runbook_url"] == f"RUNBOOK#{rule['alert'].lower()}"


@pytest.mark.parametrize("page", [PAGE, PAGE.with_name("observe-the-operator.md"), RUNBOOK], ids=lambda page: page.stem)
def test_metrics_that_a_page_names_exist(page: Path) -> None:
    found = re.findall(r"`(interleaver_\w+)`", page.read_text())
    assert found
    for series in found:
        find_labels(series)


def list_events(path: Path) -> set[str]:
    return set(re.findall(r"\brecord\(\s*\"([a-z-]+)\"", path.read_text()))


def test_every_line_that_a_router_writes_is_explained() -> None:
    written = set().union(*(list_events(path) for path in SOURCES), EVENTS.values())
    written |= {f"{model}-failed" for model in names.MODELS}
    rows = [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    explained = {event for row in rows for event in re.findall(r"`([a-z-]+)`", row)}
    assert written >= {"listening", "config-loaded", "fault"}, "they are found in the source"
    assert written <= explained
