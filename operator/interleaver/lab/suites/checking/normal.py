"""Requests and inputs in a form in which order, case and spaces make no difference."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np

DIGITS: Final = 6  # significant ones of a number: features that differ by less were computed twice


def normalise(value: Any) -> Any:
    """A JSON value without what makes no other request of it: case and spaces of texts, order of lists, last digits."""
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    if isinstance(value, dict):
        return {normalise(key): normalise(value[key]) for key in value}
    if not isinstance(value, list):
        return round_all([value]) if isinstance(value, float) else value
    # The order of features is what they mean; that of texts and objects is chance more often than not.
    if value and all(isinstance(part, int | float) for part in value):
        return round_all(value)
    return sorted((normalise(part) for part in value), key=spell)


def round_all(numbers: Sequence[float]) -> Any:
    """Numbers to their significant digits, all at once; those that are too long for that stay as they are."""
    try:
        exact = np.asarray(numbers, dtype=np.float64)
    except OverflowError:
        return list(numbers)
    sizes = np.floor(np.log10(np.abs(exact), out=np.zeros_like(exact), where=exact != 0))
    scale = 10.0 ** np.clip(DIGITS - 1 - sizes, -300, 300)
    with np.errstate(over="ignore"):
        rounded = np.round(exact * scale)
    return [rounded.tobytes().hex(), sizes.tobytes().hex()]


def spell(value: Any) -> str:
    """A text that is the same for the same normal form."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def key_of(body: bytes, headers: Any) -> bytes:
    """A short key that requests share exactly if they are the same but for order, case and spaces."""
    try:
        text = spell([normalise(json.loads(body)), normalise(dict(headers))])
    except RecursionError:  # nested hundreds deep: such a request is like those alone that are equal
        return blake2b(body, digest_size=16).digest()
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def list_texts(value: Any) -> list[str]:
    """The texts inside a JSON value, in its order."""
    if isinstance(value, str):
        return [" ".join(value.casefold().split())]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts if isinstance(part, str | dict | list) for text in list_texts(part)]
