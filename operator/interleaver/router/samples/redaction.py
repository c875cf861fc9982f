"""What is left of a request before anything of it is written: values dropped, and values that become hashes. Pure.

It is closed where it cannot be sure: a body that is no JSON is not written at all, and one that is JSON is written
anew, so that a name which comes twice hides nothing.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from interleaver.router.http1.message import Fields

from .rule import Rule


class Unfit(ValueError):
    """The request cannot be asked again by what would be written of it."""


def clean_headers(fields: Fields, rule: Rule) -> str:
    """The headers that are written, as a JSON object with their names in lower case."""
    kept = {key: fields[key] for key in sorted(rule.headers) if fields.get(key)}
    clean = {
        key.decode("latin-1"): rule.hash(value) if key in rule.hashed_headers else value.decode("latin-1")
        for key, value in kept.items()
    }
    return msgspec.json.encode(clean).decode()


def clean_body(text: bytes, rule: Rule) -> str:
    """The body as it is written. Raises Unfit for what is no JSON."""
    try:
        document = msgspec.json.decode(text)
        for path in rule.dropped:
            document = drop(document, path)
        for path in rule.hashed:
            document = replace(document, path, rule)
        return msgspec.json.encode(document).decode()
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unfit(str(error)) from None


def drop(document: Any, path: Sequence[str]) -> Any:
    """The document without what stands at a pointer; in a list null takes its place, for the others keep theirs."""
    if not path:
        return None
    parent, token = find_parent(document, path), path[-1]
    if isinstance(parent, dict):
        parent.pop(token, None)
    elif (index := find_index(parent, token)) is not None:
        parent[index] = None
    return document


def replace(document: Any, path: Sequence[str], rule: Rule) -> Any:
    """The document with the hash of what stands at a pointer in its place."""
    if not path:
        return hash_value(document, rule)
    parent, token = find_parent(document, path), path[-1]
    if isinstance(parent, dict) and token in parent:
        parent[token] = hash_value(parent[token], rule)
    elif (index := find_index(parent, token)) is not None:
        parent[index] = hash_value(parent[index], rule)
    return document


def find_parent(document: Any, path: Sequence[str]) -> Any:
    """What holds the place that a pointer names; None if there is no such place."""
    for token in path[:-1]:
        if isinstance(document, dict):
            document = document.get(token)
        else:
            index = find_index(document, token)
            document = None if index is None else document[index]
    return document


def find_index(holder: Any, token: str) -> int | None:
    """The place in a list that a token names; None where there is none."""
    if not isinstance(holder, list) or not (token.isascii() and token.isdecimal()):
        return None
    return int(token) if int(token) < len(holder) else None


def hash_value(value: Any, rule: Rule) -> str | None:
    """A value as a hash: a text by its letters, so that it is the same in a header; null says nothing, and stays."""
    if value is None:
        return None
    return rule.hash(value.encode("utf-8", "surrogatepass") if isinstance(value, str) else msgspec.json.encode(value))
