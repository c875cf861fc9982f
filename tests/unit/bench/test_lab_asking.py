"""The table of asking, and its goals."""

import pytest
from bench.lab.asking_page import Round, find_missed, make_table

QUICK = [Round(10_000, 9_000, 30), Round(10_000, 8_500, 32), Round(5_000, 5_000, 31)]
SLOW = [Round(1_000, 700, 90), Round(1_200, 900, 80), Round(900, 600, 85)]


def test_a_row_has_medians_and_the_range_of_the_ratio_within_rounds() -> None:
    rows = make_table({"uvicorn": QUICK, "bytes": SLOW})
    assert rows[2] == "| uvicorn | 10,000 | 8,500 | 0.90 | 0.85 | 1.00 | >= 0.8, and 1,000/s | 31 µs |"
    assert rows[3] == "| bytes | 1,000 | 700 | 0.70 | 0.67 | 0.75 |  | 85 µs |"


def test_goals_are_about_the_server_that_teams_run() -> None:
    assert find_missed({"uvicorn": QUICK, "bytes": SLOW}) == []
    assert find_missed({"uvicorn": SLOW, "bytes": QUICK}) == [
        "missed: the lab gets 0.70 of what wrk gets out of uvicorn, wanted 0.8",
        "missed: 700 queries a second, wanted 1,000",
    ]


@pytest.mark.parametrize(("lab", "count"), [(8_000, 0), (7_999, 1)])
def test_the_bound_is_met_by_the_bound_itself(lab: float, count: int) -> None:
    assert len(find_missed({"uvicorn": [Round(10_000, lab, 30)]})) == count
