"""A metric has one entry in one table, and whatever has to know the metric knows it from there."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from interleaver.api.guardrail_metrics import METRICS, TABLE, GuardrailMetric
from interleaver.api.measured import COLUMNS, OLDEST
from interleaver.experiment.counting.exposition import COUNTS
from tests.unit.guardrails.one_more import NAMES
from tests.unit.guardrails.stations import STATIONS

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.__name__)
@pytest.mark.parametrize("name", METRICS)
def test_every_station_knows_every_metric(name: str, station: Callable[[GuardrailMetric], None]) -> None:
    station(METRICS[name])


def test_an_entry_more_is_all_that_a_new_metric_takes() -> None:
    command = [sys.executable, "-m", "tests.unit.guardrails.one_more"]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": "operator:."}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    passed = done.stdout.splitlines()
    assert passed == [f"{name}: {station.__name__}" for name in (*METRICS, *NAMES) for station in STATIONS]


def test_every_count_of_the_table_is_one_that_the_operator_reads() -> None:
    named = {name for metric in TABLE for name in (*metric.events, *metric.trials.counts, *metric.trials.excused)}
    assert named <= set(COUNTS.values())


def test_no_two_entries_have_one_name() -> None:
    assert len(METRICS) == len(TABLE)


def test_points_of_records_that_exist_keep_their_meaning() -> None:
    assert COLUMNS[: len(OLDEST)] == OLDEST


def test_no_other_file_goes_by_the_name_of_a_metric() -> None:
    """But for the points of the oldest records, which are what they are."""
    files = {path.name: path.read_text() for path in (ROOT / "operator").rglob("*.py")}
    naming = {file for file, text in files.items() for name in METRICS if f'"{name}"' in text or f"'{name}'" in text}
    assert naming == {"guardrail_metrics.py", "measured.py"}
