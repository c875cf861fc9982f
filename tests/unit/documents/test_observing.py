"""The page on observing routers: its queries name what is exported, and its table has every line a router writes."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from interleaver.api import names
from interleaver.router.serving.witness import EVENTS

from .blocks import ROOT, find_blocks

PAGE: Final = ROOT / "docs" / "how-to" / "observe-the-router.md"
SOURCES: Final = sorted((ROOT / "operator" / "interleaver" / "router").rglob("*.py"))
METRICS: Final = {metric.name: metric for metric in names.ROUTER_METRICS}
FROM_OUTSIDE: Final = {"namespace", "experiment", "pod", "le"}  # labels that the scrape adds, and a histogram's bound


def list_queries() -> list[str]:
    documents = [yaml.safe_load(text) for text in find_blocks(PAGE, "yaml")]
    groups = [group for document in documents for group in document.get("groups", [])]
    return [rule["expr"] for group in groups for rule in group["rules"]]


def find_metric(series: str) -> names.Metric:
    """The metric that a series belongs to. Raises KeyError."""
    name = re.sub(r"_(bucket|count|sum)$", "", series)
    return METRICS[series] if series in METRICS else METRICS[name]


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: " ".join(query.split())[:60])
def test_a_query_names_metrics_and_labels_that_are_exported(query: str) -> None:
    series = re.findall(r"(interleaver_\w+)(?:\{(\w+)=~?\"([^\"]*)\"\})?", query)
    assert series
    known = FROM_OUTSIDE.union(*(find_metric(name).labels for name, _, _ in series))
    for name, label, values in series:
        assert set(values.split("|")) <= set(find_metric(name).labels[label]) if label else True
    for labels in re.findall(r"by \(([^)]*)\)", query):
        assert {each.strip() for each in labels.split(",")} <= known


def test_metrics_that_the_page_names_exist() -> None:
    for name in re.findall(r"`(interleaver_\w+)`", PAGE.read_text()):
        assert find_metric(name)


def list_events(path: Path) -> set[str]:
    return set(re.findall(r"\brecord\(\s*\"([a-z-]+)\"", path.read_text()))


def test_every_line_that_a_router_writes_is_explained() -> None:
    written = set().union(*(list_events(path) for path in SOURCES), EVENTS.values())
    written |= {f"{model}-failed" for model in names.MODELS}
    rows = [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    explained = {event for row in rows for event in re.findall(r"`([a-z-]+)`", row)}
    assert written >= {"listening", "config-loaded", "fault"}, "they are found in the source"
    assert written <= explained
