"""The generated CRD keeps the conventions of a Kubernetes API."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from interleaver.api.crd import NAME_LENGTH, build_crd, render
from interleaver.api.names import GROUP, PLURAL
from interleaver.api.revision import HASH_LENGTH
from interleaver.api.status import Status
from interleaver.api.v1alpha1 import Spec

VERSION = build_crd()["spec"]["versions"][0]
ROOT = VERSION["schema"]["openAPIV3Schema"]
OPAQUE = "x-kubernetes-preserve-unknown-fields"


def walk(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema below and including this one, with its path."""
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        yield from walk(child, f"{path}.{name}".lstrip("."))
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from walk(schema[key], f"{path}[]")


NODES = dict(walk(ROOT))
DECLARED = {path: node for path, node in NODES.items() if path.startswith(("spec", "status"))}


def find(*kinds: str) -> dict[str, dict[str, Any]]:
    return {path: node for path, node in DECLARED.items() if node.get("type") in kinds}


def test_every_field_has_a_description() -> None:
    fields = {path: node for path, node in DECLARED.items() if not path.endswith("[]")}
    assert len(fields) > 100
    assert [path for path, node in fields.items() if len(node.get("description", "")) < 4] == []


def test_no_field_waits_for_a_later_version() -> None:
    assert [path for path, node in NODES.items() if "ot yet supported" in node.get("description", "")] == []


def test_every_list_has_a_bound() -> None:
    assert [path for path, node in find("array").items() if "maxItems" not in node] == []


def test_every_text_has_a_bound() -> None:
    assert [path for path, node in find("string").items() if "maxLength" not in node and "enum" not in node] == []


def test_every_quantity_has_a_bound_as_a_number_and_as_text() -> None:
    quantities = {path: node for path, node in DECLARED.items() if "x-kubernetes-int-or-string" in node}
    assert quantities
    assert [path for path, node in quantities.items() if not {"minimum", "maxLength", "pattern"} <= node.keys()] == []


def test_every_node_has_a_type() -> None:
    assert [path for path, node in DECLARED.items() if "type" not in node and "anyOf" not in node] == []


def test_every_map_has_a_bound() -> None:
    maps = {path: node for path, node in find("object").items() if "additionalProperties" in node}
    assert maps
    assert [path for path, node in maps.items() if "maxProperties" not in node] == []


def test_every_number_in_the_spec_is_whole_and_has_bounds() -> None:
    assert find("number") == {}
    numbers = {path: node for path, node in find("integer").items() if path.startswith("spec")}
    assert [path for path, node in numbers.items() if not {"minimum", "maximum"} <= node.keys()] == []


def test_what_is_not_typed_is_opaque_on_purpose() -> None:
    opaque = {path for path, node in DECLARED.items() if OPAQUE in node}
    assert opaque == {
        "spec.champion.source.template",
        "spec.candidate.source.template",
        "spec.candidate.gates[].job.template",
        "status.deliveries[].event",
        "status.run.plan",
        "status.run.ledger",
        "status.run.probation.ledger",
    }
    assert all(DECLARED[path].keys() == {"description", "type", OPAQUE} for path in opaque)


def test_no_word_of_other_dialects_is_left() -> None:
    text = json.dumps(build_crd())
    assert not re.search(r'"(\$ref|\$defs|title|const|examples)":', text)
    assert "null" not in text


def test_patterns_mean_the_same_to_the_api_server() -> None:
    """Go's RE2 knows no look-around and no back-reference."""
    patterns = {node["pattern"] for node in DECLARED.values() if "pattern" in node}
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if re.search(r"\(\?[=!<]|\\[1-9]|\(\?P", pattern)] == []


def test_the_default_of_an_object_is_complete() -> None:
    """The API server validates it before the defaults of the object's own fields apply."""
    objects = {path: node for path, node in find("object").items() if "default" in node and "properties" in node}
    del objects["status"]  # its fields have no defaults, and what it says is no part of what people order
    assert "spec.analysis" in objects
    for path, node in objects.items():
        defaults = {name: child["default"] for name, child in node["properties"].items() if "default" in child}
        assert node["default"] == defaults, path


def test_the_status_has_no_default_but_that_nobody_has_seen_the_resource() -> None:
    """The API server must not write what the operator did not say."""
    assert [path for path, node in DECLARED.items() if path.startswith("status") and "default" in node] == ["status"]
    assert DECLARED["status"]["default"] == {"observedGeneration": -1}
    assert DECLARED["status.observedGeneration"]["minimum"] == -1
    assert Status.model_validate(DECLARED["status"]["default"]) == Status(), "and the operator reads it as that"


def test_lists_that_merge_by_key_have_that_key_required() -> None:
    maps = {path: node for path, node in DECLARED.items() if node.get("x-kubernetes-list-type") == "map"}
    lists = {"conditions", "deliveries", "renewals", "changedSources"}
    gates = {"spec.candidate.gates", "status.run.gates"}
    assert set(maps) == {f"status.{name}" for name in lists} | {"spec.guardrails"} | gates
    for node in maps.values():
        assert set(node["x-kubernetes-list-map-keys"]) <= set(node["items"]["required"])


def test_every_field_of_the_model_is_in_the_definition() -> None:
    for name, model in (("spec", Spec), ("status", Status)):
        assert set(ROOT["properties"][name]["properties"]) == {f.alias for f in model.model_fields.values()}


@pytest.mark.parametrize("path", [column["jsonPath"] for column in VERSION["additionalPrinterColumns"]])
def test_a_column_shows_a_field_that_exists(path: str) -> None:
    plain = re.sub(r"\[.*?\]", "[]", path).lstrip(".")
    assert plain in NODES or plain == "metadata.creationTimestamp"


def test_the_scale_paths_exist() -> None:
    scale = VERSION["subresources"]["scale"]
    assert {path.lstrip(".") for path in scale.values()} <= NODES.keys()


def test_the_definition_is_small() -> None:
    assert len(render()) < 200_000


def test_names_made_from_the_longest_name_are_legal() -> None:
    """A Service's name and a label hold at most 63 characters, a ConfigMap's name 253."""
    run = DECLARED["spec.candidate.revision"]["maxLength"] + len("-20261122t101500z")
    assert NAME_LENGTH + 1 + HASH_LENGTH <= 63
    assert NAME_LENGTH + len("-router") <= 63
    assert run <= 63
    assert NAME_LENGTH + 1 + run <= 253


def test_the_definition_is_named_as_kubernetes_wants_it() -> None:
    assert build_crd()["metadata"]["name"] == f"{PLURAL}.{GROUP}"
