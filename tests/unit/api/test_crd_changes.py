"""The CRD changes as its policy allows: an object or a document of the release before still fits and means the same."""

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hack.crd_changes import FIXED, Schema, compare, find_breaks

ROOT: Final = Path(__file__).parents[3]
NAME: Final = "interleavingexperiments.yaml"
# Incompatible changes that were made all the same, word for word, with the reason. A release empties it.
EXCUSED: Final[dict[str, str]] = {}


def read(folder: str) -> Schema:
    definition: Schema = yaml.safe_load((ROOT / folder / NAME).read_text())
    return definition


def test_an_object_of_the_last_release_still_fits_and_means_the_same() -> None:
    assert [change for change in find_breaks(read("hack/released"), read("crds")) if change not in EXCUSED] == []


def test_what_is_excused_was_changed() -> None:
    assert set(EXCUSED) <= set(find_breaks(read("hack/released"), read("crds")))


TEXT: Final[Schema] = {"type": "string"}


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ({"properties": {"a": TEXT}}, {"properties": {}}, "spec.a: the field was removed"),
        (TEXT, {"type": "integer"}, "spec: type changed from string to integer"),
        (TEXT, TEXT | {"pattern": "^a"}, "spec: pattern changed from none to ^a"),
        (TEXT, TEXT | {"format": "date-time"}, "spec: format changed from none to date-time"),
        (TEXT | {"nullable": True}, TEXT, "spec: nullable changed from True to none"),
        ({"minimum": 1}, {"minimum": 2}, "spec: minimum was narrowed from 1 to 2"),
        ({}, {"minimum": 0}, "spec: minimum was narrowed from none to 0"),
        ({"maximum": 9}, {"maximum": 8}, "spec: maximum was narrowed from 9 to 8"),
        ({}, {"maxLength": 8}, "spec: maxLength was narrowed from none to 8"),
        ({"minItems": 1}, {"minItems": 2}, "spec: minItems was narrowed from 1 to 2"),
        ({"maxProperties": 3}, {"maxProperties": 2}, "spec: maxProperties was narrowed from 3 to 2"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "spec: the value b was removed"),
        ({}, {"enum": ["a"]}, "spec: only a are allowed now"),
        ({"properties": {"a": TEXT}}, {"properties": {"a": TEXT}, "required": ["a"]}, "spec: a must be given now"),
        ({}, {"properties": {"a": TEXT}, "required": ["a"]}, "spec: a must be given now"),
        ({"default": 1}, {"default": 2}, "spec: the default 1 became 2"),
        ({"default": 1}, {}, "spec: the default 1 became none"),
        ({}, {"default": False}, "spec: the default none became False"),
        ({}, {"x-kubernetes-validations": [{"rule": "r", "message": "no"}]}, "spec: a rule refuses more: no"),
        ({"additionalProperties": TEXT}, {}, "spec: a map takes no keys of its own any more"),
        ({"additionalProperties": TEXT}, {"additionalProperties": TEXT | {"maxLength": 1}}, "spec{}: maxLength was"),
        ({"items": TEXT}, {"items": {"type": "integer"}}, "spec[]: type changed from string to integer"),
        (
            {"x-kubernetes-list-type": "map"},
            {"x-kubernetes-list-type": "atomic"},
            "spec: x-kubernetes-list-type changed",
        ),
    ],
)
def test_a_change_that_breaks_somebody_is_told(old: Schema, new: Schema, change: str) -> None:
    (told,) = compare("spec", old, new)
    assert told.startswith(change)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"properties": {}}, {"properties": {"a": TEXT}}),
        ({}, {"properties": {"a": TEXT | {"default": ""}}, "required": ["a"]}),
        ({"properties": {"a": TEXT}, "required": ["a"]}, {"properties": {"a": TEXT}}),
        ({"minimum": 2, "maxLength": 3}, {"minimum": 1, "maxLength": 4}),
        ({"minimum": 2, "maximum": 3}, {}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"enum": ["a"]}, {}),
        ({"pattern": "^a"}, {}),
        ({"description": "old"}, {"description": "new"}),
        ({"x-kubernetes-validations": [{"rule": "r", "message": "a"}]}, {"x-kubernetes-validations": [{"rule": "r"}]}),
        ({"x-kubernetes-validations": [{"rule": "r"}]}, {}),
    ],
)
def test_a_change_that_allows_more_is_none(old: Schema, new: Schema) -> None:
    assert list(compare("spec", old, new)) == []


@pytest.mark.parametrize("key", FIXED)
def test_whatever_is_fixed_is_compared(key: str) -> None:
    assert list(compare("spec", {key: "one"}, {key: "another"})) == [f"spec: {key} changed from one to another"]


@pytest.mark.parametrize(
    ("path", "value", "change"),
    [
        (("group",), "example.dev", "group: "),
        (("scope",), "Cluster", "scope: "),
        (("names", "kind"), "Trial", "names.kind: "),
        (("names", "shortNames"), [], "names.shortNames: "),
        (("versions", 0, "name"), "v1", "v1alpha1: the version is no longer served"),
        (("versions", 0, "served"), False, "v1alpha1: the version is no longer served"),
        (("versions", 0, "subresources"), {"status": {}}, "v1alpha1: the subresource scale was removed"),
    ],
)
def test_the_definition_itself_stays_what_it_was(path: tuple[Any, ...], value: object, change: str) -> None:
    changed = read("crds")
    place: Any = changed["spec"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (told,) = find_breaks(read("crds"), changed)
    assert told.startswith(change)


def list_keywords(schema: Schema) -> set[str]:
    """Every keyword that the schema uses, at any depth."""
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    parts = [list_keywords(part) for part in inner if isinstance(part, dict)]
    return set(schema).union(*parts)


def test_no_keyword_of_the_definition_goes_uncompared() -> None:
    """For each keyword a change of it, wherever it stands, is told; a field's description is for people alone."""
    schema = read("crds")["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    compared = {
        "properties",
        "items",
        "additionalProperties",
        "required",
        "default",
        "enum",
        "x-kubernetes-validations",
    }
    bounds = {f"{end}{of}" for end in ("min", "max") for of in ("imum", "Length", "Items", "Properties")}
    assert list_keywords(schema) - {"description"} <= compared | bounds | set(FIXED)


def test_a_change_deep_inside_is_found() -> None:
    changed = deepcopy(read("crds"))
    spec = changed["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    del spec["properties"]["contract"]["properties"]["items"]
    assert find_breaks(read("crds"), changed) == ["spec.contract.items: the field was removed"]
