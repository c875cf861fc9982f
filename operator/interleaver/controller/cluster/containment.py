"""Whether a live object still says what was applied."""

from typing import Any, Final

from interleaver.api import names
from interleaver.api.manifest import Manifest

# The API server leaves out what is empty, so an empty value that is wanted may be missing.
_EMPTY: tuple[Any, ...] = (None, "", [], {})
LONGEST: Final = 200  # elements; others add a few to the few that people write
# What the API server keeps as one value though it is a map: each label more in it selects fewer, and none in the end.
_WHOLE: Final = ("selector", "nodeSelector")


def agrees(live: Manifest, wanted: Manifest) -> bool:
    """Whether a live object says all that is wanted of it, and goes with no experiment if it is not to."""
    return not holds_on(live, wanted) and contains(live, wanted)


def holds_on(live: Manifest, wanted: Manifest) -> bool:
    """Whether the object still goes with an experiment, though it is not to."""
    owners = live["metadata"].get("ownerReferences") or []
    return "ownerReferences" not in wanted["metadata"] and any(one.get("kind") == names.KIND for one in owners)


def contains(live: Any, wanted: Any) -> bool:
    """Whether every field of `wanted` stands in `live`, which may hold more: defaults and what others manage.

    Lists of objects may hold more elements and in another order (others may add some); all other lists are equal.
    """
    if live == wanted:  # which is usual, and seen at once
        return True
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(_holds(live, key, value) for key, value in wanted.items())
    if isinstance(wanted, list) and any(isinstance(element, dict) for element in wanted):
        return isinstance(live, list) and all(_is_among(live, place, element) for place, element in enumerate(wanted))
    return False


def _is_among(live: list[Any], place: int, element: Any) -> bool:
    """Whether an element is in a list: where it was put, or, in a list that is not too long for that, anywhere.

    A template may have thousands of variables, and comparing each with each would take seconds. One that is longer and
    was put into another order is applied once more, and what the API server makes of it is remembered.
    """
    if place < len(live) and contains(live[place], element):
        return True
    return len(live) <= LONGEST and any(contains(one, element) for one in live)


def _holds(live: dict[str, Any], key: str, value: Any) -> bool:
    if key not in live:
        return value in _EMPTY
    return bool(live[key] == value) if key in _WHOLE else contains(live[key], value)
