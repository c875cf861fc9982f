"""One minute of what `make soak` does for ten: promises that hold while everything around the routers fails."""

from pathlib import Path

import pytest

from tests.router.redis import install
from tests.soak.report import make_report
from tests.soak.results import Results
from tests.soak.soak import Plan, run


def assert_kept(results: Results) -> None:
    assert all(results.verdicts.values()), make_report(results)


@pytest.mark.timeout(240)
def test_troubles_for_a_minute_cost_no_request_and_no_vote(tmp_path: Path) -> None:
    install()
    results = run(Plan(seconds=60, rate=300, patience=3), tmp_path)
    assert_kept(results)
    assert {"store killed", "store stalled", "router killed", "router replaced"} <= set(results.troubles)
    assert results.extra["interleaver_config_rejected_total"] > 0
    assert results.tallies["shown candidate's"] > 0
    assert results.tallies["ranking: tried again after a kill"] > 0


@pytest.mark.timeout(120)
def test_a_router_without_a_store_that_is_killed_loses_no_more_votes_than_it_had_not_shown(tmp_path: Path) -> None:
    results = run(Plan(seconds=15, rate=200, shared=False, patience=3), tmp_path)
    assert_kept(results)
    assert results.troubles["router killed"] > 0
    assert any(gap.endswith("Lost") for gap in results.gaps)
