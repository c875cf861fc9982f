"""What a router shows of the vote store is read apart from what it counted itself."""

import pytest

from interleaver.api.observed import StoreReading
from interleaver.experiment.counting.exposition import read_metrics

RUN = "v42-20261122t101500z"
HEAD = "interleaver_process_start_time_seconds 1795000000.25\n"
STORE = f"""{HEAD}interleaver_store_up 1
interleaver_store_buffered 3
interleaver_store_epoch{{run="{RUN}"}} 1795000000123
interleaver_store_epoch{{run="v41-20261101t000000z"}} 1794000000123
interleaver_store_set_back{{run="{RUN}"}} 1795000000456
interleaver_store_votes{{run="{RUN}",outcome="win"}} 12
interleaver_store_votes{{run="v41-20261101t000000z",outcome="win"}} 99
interleaver_store_conversions{{run="{RUN}",model="candidate"}} 14
interleaver_store_placed_votes{{run="{RUN}",rank="3",place="first",outcome="win"}} 12
interleaver_store_first_coins{{run="{RUN}",team="champion"}} 40
interleaver_store_overall_conversions{{run="{RUN}",arm="interleaved",percent="50"}} 7
interleaver_store_overall_conversions{{run="{RUN}",arm="interleaved",percent="101"}} 7
interleaver_store_dropped_total{{run="{RUN}"}} 2
interleaver_votes_total{{run="{RUN}",outcome="win"}} 5
"""


def test_the_stores_totals_have_the_names_of_the_ledger() -> None:
    assert read_metrics(STORE, RUN).store == StoreReading(
        up=True,
        epoch=1795000000123,
        counts={
            "votes.win": 12,
            "conversions.candidate": 14,
            "place.3.f.win": 12,
            "coins.champion": 40,
            "overall.interleaved.50": 7,
        },
        set_back=1795000000456,
    )


def test_what_the_router_counted_itself_stays_its_own() -> None:
    assert read_metrics(STORE, RUN).counts == {"votes.win": 5, "store.dropped": 2}


def test_a_router_that_does_not_reach_the_store_says_so() -> None:
    assert read_metrics(f"{HEAD}interleaver_store_up 0\n", RUN).store == StoreReading(up=False)


def test_a_router_without_a_store_shows_none() -> None:
    assert read_metrics(HEAD, RUN).store is None


@pytest.mark.parametrize("value", ["-1", "NaN", "1.5", "+Inf"])
def test_a_total_that_is_no_count_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="must be a whole number"):
        read_metrics(
            f'{HEAD}interleaver_store_up 1\ninterleaver_store_votes{{run="{RUN}",outcome="win"}} {value}\n', RUN
        )
