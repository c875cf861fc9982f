"""Configurations of every kind: each is taken into force or refused in words, and nothing worse."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.routing import decode, encode
from interleaver.router.config.in_force import put_in_force

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
near = st.sampled_from(
    ["", "/", "/~", "http://", "http://a:99999", "http://[", "(", "x-user", 0, -1, 1, 101, 2**63, {}, []]
)
VALID: dict[str, Any] = {
    "version": 1,
    "generation": 7,
    "experiment": "shop/home-feed",
    "run": "r1",
    "serving": {"revision": "v1", "hash": "aaaaaa", "url": "http://10.0.0.1:9000"},
    "candidate": {"revision": "v2", "hash": "bbbbbb", "url": "http://10.0.0.2:9000"},
    "percent": 25,
    "contract": {
        "path": "/recommend",
        "unit": {"header": "x-user-id"},
        "items": "/items",
        "itemId": "/id",
        "exclude": [{"header": "user-agent", "pattern": "bot"}],
    },
    "timeouts": {"championMilliseconds": 1000, "candidateMilliseconds": 300},
    "slowMilliseconds": 250,
    "attributionSeconds": 86400,
    "keys": "/etc/interleaver/keys",
    "depth": 50,
    "store": {"url": "redis://10.0.0.3:6379/0", "retentionSeconds": 3600},
    "feedbackTokenFile": "/etc/interleaver/token",
    "overall": True,
}


def walk(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document."""
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from walk(value, (*path, key))


def replace(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(VALID)
    part: Any = document
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return document


def try_to_load(text: str) -> None:
    """Any exception but ValueError fails the test."""
    try:
        config = decode(text)
        put_in_force(config, None)
    except ValueError:
        return
    assert decode(encode(config)) == config


def test_the_configuration_that_is_changed_here_is_valid() -> None:
    put_in_force(decode(json.dumps(VALID)), None)


@given(st.sampled_from(list(walk(VALID))), values | near)
def test_one_wrong_value_is_refused_in_words(path: tuple[Any, ...], value: Any) -> None:
    try_to_load(json.dumps(replace(path, value)))


@given(st.text() | values.map(json.dumps) | st.integers(0, 600).map(lambda size: json.dumps(VALID)[:size]))
def test_any_text_is_a_configuration_or_refused_in_words(text: str) -> None:
    try_to_load(text)


@pytest.mark.parametrize("nested", ["[" * 100_000, '{"version": ' * 100_000])
def test_no_depth_is_too_deep_to_be_refused(nested: str) -> None:
    with pytest.raises((ValueError, RecursionError)):  # the watch of the file refuses by both
        decode(nested)
