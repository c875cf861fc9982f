"""The CRD's schema, as the API server goes by it: defaults first, then types and bounds; unknown fields are refused."""

import copy
from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from interleaver.api.crd import build_crd
from interleaver.plugin.linting.finding import Finding

Schema = dict[str, Any]

OPAQUE: Final = "x-kubernetes-preserve-unknown-fields"
KEYS: Final = "x-kubernetes-list-map-keys"


def read_schema() -> Schema:
    """The schema of the kind, as this version has it."""
    root: Schema = build_crd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return root


def fill(value: Any, schema: Schema) -> Any:
    """The value with its defaults, as the API server puts them in: those of an object before those of its fields. A
    null is as good as absent, for none of our fields may be one."""
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        given = {key: each for key, each in value.items() if each is not None or key not in fields}
        absent = {key: copy.deepcopy(field["default"]) for key, field in fields.items() if "default" in field}
        return {key: fill(each, fields.get(key, {})) for key, each in (absent | given).items()}
    if isinstance(value, list):
        return [fill(each, schema.get("items", {})) for each in value]
    return value


def close(schema: Schema) -> Schema:
    """The schema, with every field that it does not name refused; `metadata` and what is opaque stay open."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: close(field) for name, field in schema["properties"].items()}
        if not schema.get(OPAQUE):
            closed["additionalProperties"] = False
    if "items" in schema:
        closed["items"] = close(schema["items"])
    return closed


def check_keys(_: Any, keys: list[str], value: Any, __: Any) -> Iterator[ValidationError]:
    """Elements of a list that have the same key."""
    seen: list[Any] = []
    for each in value if isinstance(value, list) else ():
        key = [each.get(name) for name in keys] if isinstance(each, dict) else each
        if key in seen:
            yield ValidationError(f"{', '.join(map(str, key))} comes twice")
        seen.append(key)


Structural = extend(Draft202012Validator, {KEYS: check_keys})


def find_misfits(document: Any, schema: Schema) -> list[Finding]:
    """What does not fit the schema."""
    errors = Structural(close(schema)).iter_errors(document)
    return [Finding("FAIL", name_field(error.absolute_path), explain(error)) for error in errors]


def explain(error: ValidationError) -> str:
    """What is wrong, in a line of bearable length."""
    words = error.message.replace("Additional properties are not allowed", "there is no such field")
    return words if len(words) < 300 else f"{words[:200]} ... {words[-90:]}"


def name_field(path: Any) -> str:
    """A path as the API server writes it: spec.traffic.steps[0].percent."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
