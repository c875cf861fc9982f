"""What a scenario accepts, and what it refuses in words."""

from typing import Any

import pytest

from interleaver.api.v1alpha1 import Analysis, Traffic
from interleaver.simulate.scenario import Faults, Scenario, Truth


def test_what_is_not_given_is_as_in_the_api() -> None:
    rules = Scenario().rules
    assert (rules.alpha, rules.margin, rules.planned, rules.minimum_votes) == (0.05, 0.02, 2000, 200)
    assert (rules.minimum_run, rules.window, rules.interval) == (168 * 3600, 336 * 3600, 1800)
    assert (rules.percents, rules.holds[:3]) == ((10, 25, 50, 100), (86_400.0,) * 3)


@pytest.mark.parametrize(("win_share", "tie_share", "preference"), [(0.6, 0.0, 0.1), (0.6, 0.5, 0.05), (0.9, 1.0, 0.0)])
def test_ties_dilute_the_preference(win_share: float, tie_share: float, preference: float) -> None:
    truth = Truth(win_share=win_share, tie_share=tie_share)
    win, tie, loss = truth.law
    assert truth.preference == pytest.approx(preference)
    assert (win - loss) / 2 == pytest.approx(preference)
    assert (win + tie + loss, tie) == pytest.approx((1, tie_share))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"win_share": 1.1}, "win share"),
        ({"tie_share": -0.1}, "tie share"),
        ({"returning": 2.0}, "returning"),
        ({"votes_per_day": 0.0}, "votes a day"),
        ({"return_days": 0.0}, "days between"),
        ({"drift": -1.0}, "drift"),
        ({"bursts": -1.0}, "bursts"),
        ({"taste": 0.5}, "taste"),
    ],
)
def test_a_truth_that_cannot_be_is_refused(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Truth(**wrong)


@pytest.mark.parametrize("wrong", [{"resets": -1.0}, {"gaps": -1.0}, {"restarts": -0.1}, {"away_hours": 0.0}])
def test_faults_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="faults"):
        Faults(**wrong)


@pytest.mark.parametrize(
    ("analysis", "steps", "words"),
    [
        ({"alpha": "0.5"}, None, "alpha"),
        ({"margin": "0"}, None, "margin"),
        ({"window": "100h"}, None, "minimum run"),
        ({"window": "0s", "minimum_run": "0s"}, None, "window"),
        ({}, [{"percent": 50, "hold": "1h"}, {"percent": 10}], "rise"),
        ({}, [{"percent": 10}, {"percent": 100}], "hold"),
        ({}, [{"percent": 10, "hold": "336h"}, {"percent": 100}], "shorter than the window"),
    ],
)
def test_a_plan_that_the_api_would_refuse_is_refused(
    analysis: dict[str, str], steps: list[dict[str, object]] | None, words: str
) -> None:
    traffic = Traffic.model_validate({"steps": steps}) if steps else Traffic()
    with pytest.raises(ValueError, match=words):
        Scenario(analysis=Analysis.model_validate(analysis), traffic=traffic)


@pytest.mark.parametrize("looks", [0, 7 * 13, 86_401])
def test_looks_must_be_whole_seconds_apart(looks: int) -> None:
    with pytest.raises(ValueError, match="divide a day"):
        Scenario(looks_per_day=looks)
