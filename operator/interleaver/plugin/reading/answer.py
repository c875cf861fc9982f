"""The contract tried on an answer: is there a ranking where it says, and an id in every item?"""

from typing import Any, Final, NamedTuple

MISSING: Final = object()


class Ranking(NamedTuple):
    """The ids that were found, or why there are none."""

    ids: list[Any]
    problem: str = ""


def try_contract(contract: dict[str, Any], answer: Any) -> Ranking:
    """The ranking in a model's answer, which is JSON that was read."""
    if tensor := contract.get("tensor"):
        return find_tensor(str(tensor.get("ids")), answer)
    pointer = str(contract.get("items") or "")
    items = resolve(answer, pointer)
    if items is MISSING:
        return Ranking([], f"nothing stands at contract.items {pointer!r}: {describe(answer)}")
    if not isinstance(items, list):
        return Ranking([], f"what stands at contract.items {pointer!r} is no list: {describe(items)}")
    return find_ids(items, str(contract.get("itemId") or ""))


def find_ids(items: list[Any], pointer: str) -> Ranking:
    """The id of every item."""
    ids = [resolve(item, pointer) for item in items]
    for number, found in enumerate(ids):
        if found is MISSING:
            return Ranking([], f"item {number} has nothing at contract.itemId {pointer!r}: {describe(items[number])}")
        if isinstance(found, (dict, list, bool)) or found is None:
            return Ranking([], f"the id of item {number} is no text and no number: {describe(found)}")
    return check_twice(ids)


def find_tensor(name: str, answer: Any) -> Ranking:
    """The ids in an output of an Open Inference Protocol v2 answer."""
    outputs = answer.get("outputs") if isinstance(answer, dict) else None
    known = [one for one in outputs or [] if isinstance(one, dict)]
    output = next((one for one in known if one.get("name") == name), None)
    if output is None:
        names = ", ".join(str(one.get("name")) for one in known) or "none"
        return Ranking([], f"there is no output {name!r}, as contract.tensor.ids says; there are: {names}")
    data = output.get("data")
    if not isinstance(data, list):
        return Ranking([], f"the output {name!r} has no data as JSON")
    return check_twice(data)


def check_twice(ids: list[Any]) -> Ranking:
    """An id that comes twice could not be told which model put it there."""
    twice = next((found for number, found in enumerate(ids) if found in ids[:number]), None)
    return Ranking(ids, f"the id {twice!r} comes twice" if twice is not None else "")


def resolve(value: Any, pointer: str) -> Any:
    """What a JSON pointer leads to (RFC 6901); MISSING where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key, MISSING)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return MISSING
    return value


def describe(value: Any) -> str:
    """What a value is, in a few words."""
    if isinstance(value, dict):
        return f"an object with {', '.join(map(repr, list(value)[:8])) or 'no fields'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return repr(value)[:60]
