"""The harness: layers in the order of their cost, what each came to, loud skips, and the cluster."""

import gc
import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.cluster import Cluster, NoCluster, find_cluster, serve_definition
from tests.layers import LEFT_OUT, Ledger, group_of, rank
from tests.namespaces import open_namespace

LEDGER = pytest.StashKey[Ledger]()


def pytest_configure(config: pytest.Config) -> None:
    """Start a ledger, which reports are written to."""
    ledger = config.stash[LEDGER] = Ledger()
    config.pluginmanager.register(Bookkeeper(ledger))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what is cheap first; inside a layer the order stays. Several processes take groups in turn,
    what waits most first, and the rest fills the time."""
    beside = hasattr(config, "workerinput")
    items.sort(key=lambda item: (-rank(item.nodeid), group_of(item.nodeid)) if beside else (rank(item.nodeid), ""))


def pytest_collection_finish() -> None:
    """What was imported and collected is there to stay: the search for garbage need not go through it for ever."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give each process one group of tests after the other."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With REQUIRE_CLUSTER=1 a skipped test is a failed one: a green run must mean that everything ran."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for files that skip themselves while they are collected."""
    report = yield
    refuse_skip(report)
    return report


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where the environment asks for it. An expected failure is no skip."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_CLUSTER"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and REQUIRE_CLUSTER is set: {reason_of(report)}"


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped."""
    where = report.longrepr
    return where[2].removeprefix("Skipped: ") if isinstance(where, tuple) else str(where)


class Bookkeeper:
    """Writes every report to the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A set-up or tear-down concludes a test only when it did not pass."""
        concluding = report.when == "call" or not report.passed
        reason = reason_of(report) if report.skipped else ""
        self.ledger.add(report.nodeid, report.outcome, report.duration, concluding=concluding, reason=reason)
        if report.when == "call":
            parts = [str(value) for name, value in report.user_properties if name == LEFT_OUT]
            self.ledger.left_out += [(report.nodeid, part) for part in parts]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that could not be collected, or skipped itself, counts as one test."""
        if not report.passed:
            reason = reason_of(report) if report.skipped else ""
            self.ledger.add(report.nodeid, report.outcome, 0, concluding=True, reason=reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The layers, just before pytest's closing line."""
    terminalreporter.section("layers")
    for line in config.stash[LEDGER].lines():
        terminalreporter.line(line, yellow=line.startswith(("SKIPPED", "LEFT OUT")))


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The cluster under test; without one the test is skipped, loudly."""
    try:
        found = find_cluster()
    except NoCluster as error:
        pytest.skip(str(error))
    serve_definition(found)
    return found


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A namespace of the test's own, removed afterwards."""
    with open_namespace(cluster) as name:
        yield name
