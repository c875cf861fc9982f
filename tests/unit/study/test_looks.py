"""The study's measure of error rates tells a valid test from one that is not."""

import numpy as np
import pytest
from hack.study.looks import EVERY_DAY, EVERY_LOOK, ONCE, OURS, Error, list_errors, reject, reject_naively


@pytest.mark.parametrize("error", list_errors(0.02), ids=lambda error: error.verdict)
def test_a_z_test_at_every_look_is_wrong_far_more_often_than_ours(error: Error) -> None:
    wrong = {name: float(np.isfinite(days).mean()) for name, days in reject(error, runs=60, seed=1).items()}
    assert wrong[OURS] <= 0.1
    assert wrong[EVERY_LOOK] > 0.25
    assert wrong[EVERY_LOOK] >= wrong[EVERY_DAY] >= wrong[ONCE]


def test_the_z_test_rejects_from_the_critical_value_on() -> None:
    # 541 wins of 1,000 votes are 2.6 standard errors above 1/2 (z = .041 / sqrt(.541 * .459 / 1000)); 525 are 1.58.
    counts = np.array([[541, 0, 459], [525, 0, 475], [29, 0, 0]])
    assert reject_naively(counts, 0.5).tolist() == [True, False, False]
