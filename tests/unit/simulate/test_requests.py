"""What requests come to is drawn as it is said."""

import numpy as np
import pytest

from interleaver.simulate.moments import COUNTS, VOTES
from interleaver.simulate.people import People
from interleaver.simulate.requests import OUTAGE, Requests

MANY = np.array([1_000_000.0])
CALM, BURST = np.array([False]), np.array([True])


def draw(requests: Requests, burst: np.ndarray = CALM) -> dict[str, int]:
    (row,) = requests.draw(np.random.default_rng(1), MANY, burst).tolist()
    return dict(zip(COUNTS[len(VOTES) :], row, strict=True))


def test_every_request_is_compared_or_fell_back_and_every_call_has_one_outcome() -> None:
    counts = draw(Requests(candidate_errors=0.1, slow=0.2, fallbacks=0.3, skew=0.6))
    requests = counts["requests.ok"] + counts["fallbacks.status"] + counts["fallbacks.short"]
    assert requests == sum(number for name, number in counts.items() if name.startswith("calls."))
    assert counts["fallbacks.status"] == counts["calls.candidate.error"] == pytest.approx(0.1 * requests, rel=0.02)
    assert counts["calls.candidate.slow"] == pytest.approx(0.9 * 0.2 * requests, rel=0.02)
    assert counts["fallbacks.short"] == pytest.approx(0.9 * 0.3 * requests, rel=0.02)
    assert counts["coins.candidate"] == pytest.approx(0.6 * counts["requests.ok"], rel=0.02)
    assert counts["coins.candidate"] + counts["coins.champion"] == counts["requests.ok"]


def test_a_burst_makes_half_of_the_calls_fail_on_top() -> None:
    counts = draw(Requests(candidate_errors=0.1, bursts_of_errors=1), BURST)
    assert counts["calls.candidate.error"] / MANY[0] == pytest.approx(0.1 + OUTAGE, rel=0.02)
    assert draw(Requests(candidate_errors=0.9, bursts_of_errors=1), BURST)["requests.ok"] == 0


@pytest.mark.parametrize(
    ("requests", "matter"),
    [
        (Requests(), False),
        (Requests(requests_per_vote=3), False),
        (Requests(slow=0.1), True),
        (Requests(skew=0.4), True),
        (Requests(bursts_of_errors=1), True),
    ],
)
def test_requests_that_all_go_well_need_not_be_drawn(requests: Requests, matter: bool) -> None:
    assert requests.matter is matter


def test_a_pause_begins_at_its_start_and_is_over_at_its_end() -> None:
    people = People(pause=(10.0, 20.0))
    assert [people.is_paused(now) for now in (9, 10, 19, 20)] == [False, True, True, False]


def test_a_person_confirms_once_and_for_good_and_only_in_mode_manual() -> None:
    assert [People("Manual", confirm_after=10.0).may_promote(now) for now in (9, 10, 99)] == [False, True, True]
    assert not People("Manual").may_promote(1e9)
    assert People().may_promote(0)
