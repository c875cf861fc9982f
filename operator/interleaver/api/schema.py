"""From a pydantic model to a structural OpenAPI schema, the dialect in which a CRD is written.

The dialect knows no references, no null and no title. Everything else is carried over as the model has it: bounds,
patterns, enums, defaults, descriptions and the x-kubernetes extensions.
"""

from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]

_OPAQUE: Final = "x-kubernetes-preserve-unknown-fields"
_NULL: Final = {"type": "null"}


def structural(model: type[BaseModel], *, defaults: bool = True) -> Schema:
    """The structural schema of a model. `defaults=False` leaves them out: the API server must not write a status."""
    root = model.model_json_schema(by_alias=True)
    definitions = root.pop("$defs", {})
    return _convert(root, definitions, defaults)


def _convert(node: Schema, definitions: dict[str, Schema], defaults: bool) -> Schema:
    node = _hoist(_choose(_inline(node, definitions), definitions))
    if node.get(_OPAQUE):
        return _keep(node, {"description"}) | {"type": "object", _OPAQUE: True}
    out = {key: value for key, value in node.items() if key not in ("title", "default")}
    if defaults and node.get("default") is not None:
        out["default"] = _drop_nulls(node["default"])
    if "properties" in node:
        out["properties"] = {name: _convert(child, definitions, defaults) for name, child in node["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in node:
            out[key] = _convert(node[key], definitions, defaults)
    return _order(out)


def _inline(node: Schema, definitions: dict[str, Schema]) -> Schema:
    """The node with its reference replaced by what it refers to; what stands beside the reference wins."""
    if "$ref" not in node:
        return node
    beside = {key: value for key, value in node.items() if key != "$ref"}
    return _inline(definitions[node["$ref"].rpartition("/")[2]], definitions) | beside


def _choose(node: Schema, definitions: dict[str, Schema]) -> Schema:
    """The node without the choice of null: in Kubernetes an optional field is absent, never null."""
    choices = node.get("anyOf", [])
    if _NULL not in choices:
        return node
    (choice,) = (choice for choice in choices if choice != _NULL)
    return _inline(choice, definitions) | {key: value for key, value in node.items() if key != "anyOf"}


def _hoist(node: Schema) -> Schema:
    """The node with the bounds of a number and of a text beside their choice: inside, only the types may stand."""
    if "x-kubernetes-int-or-string" not in node:
        return node
    bounds = {key: value for choice in node["anyOf"] for key, value in choice.items() if key != "type"}
    return node | bounds | {"anyOf": [{"type": choice["type"]} for choice in node["anyOf"]]}


def _keep(node: Schema, keys: set[str]) -> Schema:
    return {key: value for key, value in node.items() if key in keys}


def _drop_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _drop_nulls(item) for key, item in value.items() if item is not None}
    return [_drop_nulls(item) for item in value] if isinstance(value, list) else value


_FIRST: Final = ("description", "type", "enum", "pattern", "default")


def _order(node: Schema) -> Schema:
    """What a reader wants first comes first; then bounds and extensions; children last."""
    last = ("required", "properties", "items", "additionalProperties")
    middle = sorted(node.keys() - set(_FIRST) - set(last))
    return {key: node[key] for key in (*_FIRST, *middle, *last) if key in node}
