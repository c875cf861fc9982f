"""Changes a JSON document at a pointer; the document that is given stays as it is."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from interleaver.lab.asking.reading.pointers import resolve, split_pointer

MISSING: Final = object()


def find(document: Any, pointer: str) -> Any:
    """The value at a pointer, or MISSING."""
    try:
        return resolve(document, split_pointer(pointer))
    except (LookupError, TypeError, ValueError):
        return MISSING


def put(document: Any, pointer: str, value: Any) -> Any:
    """The document with another value at a pointer. Raises LookupError where nothing could stand there."""
    path = split_pointer(pointer)
    if not path:
        return deepcopy(value)
    whole = deepcopy(document)
    place = find_holder(whole, path)
    if isinstance(place, list):
        place[int(path[-1])] = deepcopy(value)
    else:
        place[path[-1]] = deepcopy(value)
    return whole


def take_out(document: Any, pointer: str) -> Any:
    """The document without what stands at a pointer. Raises LookupError where nothing does."""
    path = split_pointer(pointer)
    if not path:
        raise LookupError("the whole document cannot be taken out of itself")
    whole = deepcopy(document)
    place = find_holder(whole, path)
    del place[int(path[-1]) if isinstance(place, list) else path[-1]]
    return whole


def find_holder(document: Any, path: Sequence[str]) -> Any:
    """The object or list that holds what a path leads to. Raises LookupError where there is none."""
    try:
        place = resolve(document, path[:-1])
        if isinstance(place, list):
            place[int(path[-1])]
    except (TypeError, ValueError, LookupError) as error:
        raise LookupError(str(error)) from None
    if not isinstance(place, list | dict):
        raise LookupError("only objects and lists hold something")
    return place


def spell_pointer(name: str) -> str:
    """The pointer of a member of the document."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
