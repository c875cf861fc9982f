"""One minute of what `make soak` does for ten: promises that hold while everything around the routers fails."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import packages
from tests.cluster import ROOT
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


@pytest.mark.timeout(240)
@pytest.mark.parametrize("store", ["cluster", "sentinel"])
def test_servers_that_take_over_from_each_other_cost_no_request_and_count_no_vote_twice(
    store: str, tmp_path: Path
) -> None:
    """The first of what `make soak ARGS='--store cluster'` does: a primary that is killed, one that hands over, and one
    that lost touch with all but the routers."""
    install()
    packages.install("network namespaces", "unshare=util-linux", "ip=iproute2", "iptables=iptables")
    if subprocess.run(["unshare", "--net", "true"], check=False).returncode:
        pytest.skip("no network namespace of our own: that takes root")
    file = tmp_path / "figures.json"
    options = ["--store", store, "--seconds", "60", "--rate", "100", "--patience", "3", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"store killed", "store handed-over", "store split"} <= set(json.loads(file.read_text())["troubles"])


@pytest.mark.timeout(120)
def test_a_router_without_a_store_that_is_killed_loses_no_more_votes_than_it_had_not_shown(tmp_path: Path) -> None:
    results = run(Plan(seconds=15, rate=200, store=None, patience=3), tmp_path)
    assert_kept(results)
    assert results.troubles["router killed"] > 0
    assert any(gap.endswith("Lost") for gap in results.gaps)
