"""The form of which hashes are taken never changes, or else what runs would be deployed anew."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interleaver.api.revision import canonical
from interleaver.resources.desired import desired
from tests.builders import make_running_world

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def spell(value: Any) -> bytes:
    """What hashes have been taken of since the first revision."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@given(values)
@example({"".join(map(chr, range(127))): "".join(map(chr, range(127)))})
@example(["\x7f", "é", "\ud800", "😀"])
@example([0.5, 1e16, 1e-7, -0.0, 1.5e300])
@example({"b": 2**64, "a": {"c": -(2**63) - 1, "B": 10**30}})
@example({"image": "model:1.5e3,", "1.5": "-2.5"})
def test_a_value_is_written_as_it_always_was(value: Any) -> None:
    assert canonical(value) == spell(value)


@pytest.mark.parametrize("value", [{1: "a"}, {None: 1}, {True: [1]}])
def test_a_key_that_is_no_text_is_written_as_it_always_was(value: Any) -> None:
    assert canonical(value) == spell(value)


def test_manifests_are_written_as_they_always_were() -> None:
    world = make_running_world()
    manifests = desired(world.experiment, world.observe())
    assert len(manifests) >= 8
    assert [canonical(manifest) for manifest in manifests] == [spell(manifest) for manifest in manifests]


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical(object())
