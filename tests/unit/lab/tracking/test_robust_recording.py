"""Names and steps of what stressing and attacking models leaves in MLflow."""

from typing import Any

import pytest

from interleaver.lab.tracking.robust_recording import Point, list_held, list_rates

ATTACK: dict[str, Any] = {
    "attack": "search",
    "size": None,
    "byRequests": [{"requests": 10, "rate": 0.25}],
    "byForged": [{"forged": 1, "rate": 0.5}, {"forged": 2, "rate": 1.0}],
}


@pytest.mark.parametrize("forged", ["events", "fields"])
def test_the_rates_of_a_ranking_are_told_by_what_was_forged(forged: str) -> None:
    assert list(list_rates({"attacks": [ATTACK]}, forged)) == [
        Point("attack/search/by requests", 0.25, 10),
        Point(f"attack/search/by {forged}", 0.5, 1),
        Point(f"attack/search/by {forged}", 1.0, 2),
    ]


def test_the_rates_of_pictures_have_the_size_in_their_name() -> None:
    attack = ATTACK | {"attack": "square", "size": 32, "byForged": []}
    assert list(list_rates({"attacks": [attack]}, None)) == [Point("attack/square/32/by requests", 0.25, 10)]


def test_of_a_kind_of_which_nothing_can_be_told_there_is_no_share() -> None:
    kinds = [{"kind": "burst", "held": 3, "broken": 1}, {"kind": "again", "held": 0, "broken": 0}]
    assert list(list_held({"kinds": kinds, "curves": []})) == [Point("stress/burst/held", 0.75, 0)]
