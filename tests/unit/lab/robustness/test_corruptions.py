"""Corruptions keep a picture's size, grow with their strength, and come out the same for the same seed."""

import numpy as np
import pytest
from PIL import Image

from interleaver.lab.robustness.corruptions import CORRUPTIONS, STRENGTHS, corrupt, decode, encode, to_points

CHANCE = np.random.default_rng(1)
GREY = encode(Image.fromarray(CHANCE.integers(0, 200, (5, 6), dtype=np.uint8).repeat(8, 0).repeat(8, 1)), "PNG")
COLOURS = encode(Image.fromarray(CHANCE.integers(0, 200, (40, 48, 3), dtype=np.uint8)), "PNG")


@pytest.mark.parametrize("picture", [GREY, COLOURS], ids=["grey", "colours"])
@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_every_corruption_changes_the_picture_more_and_more_and_not_its_size(kind: str, picture: bytes) -> None:
    before = to_points(decode(picture))
    changes = []
    for strength in STRENGTHS:
        after = to_points(decode(corrupt(picture, kind, strength, (0, 7))))
        assert after.shape == before.shape
        changes.append(float(np.abs(after - before).mean()))
    assert 0 < changes[0] < changes[-1]


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_the_same_seed_spoils_alike(kind: str) -> None:
    assert corrupt(COLOURS, kind, 3, (0, 1)) == corrupt(COLOURS, kind, 3, (0, 1))


def test_another_seed_draws_other_noise() -> None:
    assert corrupt(GREY, "noise", 3, (0, 1)) != corrupt(GREY, "noise", 3, (0, 2))


@pytest.mark.parametrize("data", [b"", b"no picture", GREY[:60]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="is no picture"):
        corrupt(data, "blur", 1, (0,))
