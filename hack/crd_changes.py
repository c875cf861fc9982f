"""What of a CRD's change breaks those who use it: objects that are stored, documents in Git, programs that read them.

A change may allow more and add fields; the policy is docs/reference/compatibility.md. A plain comparison.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

Schema = dict[str, Any]

LOWER_BOUNDS: Final = ("minimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS: Final = ("maximum", "maxLength", "maxItems", "maxProperties")
# Whatever becomes of them, somebody's object may not fit any more, or be merged and stored in another way.
FIXED: Final = (
    "type",
    "format",
    "pattern",
    "multipleOf",
    "uniqueItems",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "nullable",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "x-kubernetes-int-or-string",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    "x-kubernetes-embedded-resource",
)


def find_breaks(old: Schema, new: Schema) -> list[str]:
    """Every incompatible change from one CustomResourceDefinition to the next, as "path: what changed"."""
    return [*_compare_kinds(old["spec"], new["spec"]), *_compare_versions(old["spec"], new["spec"])]


def _compare_kinds(old: Schema, new: Schema) -> Iterator[str]:
    for key in ("group", "scope"):
        if old[key] != new[key]:
            yield f"{key}: {old[key]} became {new[key]}"
    for key, name in old["names"].items():
        lost = set(name) - set(new["names"].get(key, ())) if isinstance(name, list) else name != new["names"].get(key)
        if lost:
            yield f"names.{key}: {name} became {new['names'].get(key)}"


def _compare_versions(old: Schema, new: Schema) -> Iterator[str]:
    versions = {version["name"]: version for version in new["versions"]}
    for before in old["versions"]:
        name, after = before["name"], versions.get(before["name"])
        if after is None or before["served"] > after["served"]:
            yield f"{name}: the version is no longer served"
            continue
        for key, was in before.get("subresources", {}).items():
            if after.get("subresources", {}).get(key) != was:
                yield f"{name}: the subresource {key} was removed or reads other fields"
        yield from compare("", before["schema"]["openAPIV3Schema"], after["schema"]["openAPIV3Schema"])


def compare(path: str, old: Schema, new: Schema) -> Iterator[str]:
    """The incompatible changes of one part of a schema, and of the parts inside it."""
    for check in CHECKS:
        yield from (f"{path or 'object'}: {words}" for words in check(old, new))
    fields = new.get("properties", {})
    for name, field in old.get("properties", {}).items():
        inner = f"{path}.{name}".lstrip(".")
        if name in fields:
            yield from compare(inner, field, fields[name])
        else:
            yield f"{inner}: the field was removed"
    for key, suffix in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
            yield from compare(path + suffix, old[key], new[key])


def _compare_bounds(old: Schema, new: Schema) -> Iterator[str]:
    for keys, narrower in ((LOWER_BOUNDS, _is_above), (UPPER_BOUNDS, _is_below)):
        for key in keys:
            if key in new and (key not in old or narrower(new[key], old[key])):
                yield f"{key} was narrowed from {old.get(key, 'none')} to {new[key]}"


def _is_above(new: float, old: float) -> bool:
    return new > old


def _is_below(new: float, old: float) -> bool:
    return new < old


def _compare_enum(old: Schema, new: Schema) -> Iterator[str]:
    if "enum" in new and "enum" not in old:
        yield f"only {', '.join(map(str, new['enum']))} are allowed now"
    for value in old.get("enum", ()):
        if "enum" in new and value not in new["enum"]:
            yield f"the value {value} was removed"


def _compare_required(old: Schema, new: Schema) -> Iterator[str]:
    """What must be given now. A field with a default is given by the API server, so that it breaks nothing."""
    for name in new.get("required", ()):
        field = new.get("properties", {}).get(name, {})
        if name not in old.get("required", ()) and "default" not in field:
            yield f"{name} must be given now"


def _compare_default(old: Schema, new: Schema) -> Iterator[str]:
    """Another default is another meaning of a document that leaves the field out."""
    missing = object()
    if old.get("default", missing) != new.get("default", missing):
        yield f"the default {old.get('default', 'none')} became {new.get('default', 'none')}"


def _compare_rules(old: Schema, new: Schema) -> Iterator[str]:
    """Rules in CEL: each one more refuses something. Another message alone breaks nothing."""
    known = {rule["rule"] for rule in old.get("x-kubernetes-validations", ())}
    for rule in new.get("x-kubernetes-validations", ()):
        if rule["rule"] not in known:
            yield f"a rule refuses more: {rule.get('message', rule['rule'])}"


def _compare_fixed(old: Schema, new: Schema) -> Iterator[str]:
    for key in FIXED:
        if old.get(key) != new.get(key) and not _is_removed_limit(key, new):
            yield f"{key} changed from {old.get(key, 'none')} to {new.get(key, 'none')}"


def _is_removed_limit(key: str, new: Schema) -> bool:
    """Whether what is gone only refused something."""
    limits = ("pattern", "format", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum", "not")
    return key in limits and key not in new


def _compare_maps(old: Schema, new: Schema) -> Iterator[str]:
    if old.get("additionalProperties") and not new.get("additionalProperties"):
        yield "a map takes no keys of its own any more"


CHECKS: Final[tuple[Callable[[Schema, Schema], Iterator[str]], ...]] = (
    _compare_fixed,
    _compare_bounds,
    _compare_enum,
    _compare_required,
    _compare_default,
    _compare_rules,
    _compare_maps,
)
