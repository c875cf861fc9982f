"""Of Services in lists nothing is read but whom they select."""

import json
from typing import Any

from interleaver.controller.cluster.service_answers import MOST_LABELS, read_services


def read(*services: dict[str, Any], more: str = "") -> tuple[list[dict[str, Any]], str]:
    page = {"items": [*services], "metadata": {"continue": more}}
    return read_services(json.dumps(page).encode(), kind="Service")


def make(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "annotations": {"much": "x" * 1000}}, "spec": spec}


def test_a_service_is_its_name_and_its_selector() -> None:
    service = make("feed", selector={"app": "feed"}, ports=[{"port": 80}], clusterIP="10.96.0.7")
    found = {"kind": "Service", "metadata": {"name": "feed"}, "spec": {"selector": {"app": "feed"}}}
    assert read(service, more="next") == ([found], "next")


def test_services_that_select_nobody_are_left_out() -> None:
    many = {f"label-{number}": "x" for number in range(MOST_LABELS + 1)}
    without = make("a"), make("b", selector={}), make("c", selector=None), make("d", selector=many)
    assert read(*without, make("e", type="ExternalName", selector={"app": "feed"})) == ([], "")


def test_a_namespace_without_services_has_none() -> None:
    assert read_services(b'{"items":null,"metadata":{}}') == ([], "")
