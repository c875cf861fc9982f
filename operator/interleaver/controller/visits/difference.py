"""The merge patch (RFC 7386) that turns one JSON object into another."""

from collections.abc import Mapping
from typing import Any


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What must be patched: changed keys with their value, removed keys with None. Empty when both are equal.

    A merge patch keeps what it does not name, so a field that went away has to be named with a null.
    """
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        change = _change(old[key], value) if key in old else value
        if change is not _SAME:
            patch[key] = change
    return patch


_SAME = object()


def _change(old: Any, new: Any) -> Any:
    if old == new and type(old) is type(new):
        return _SAME
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return difference(old, new) or _SAME
    return new
