"""The figures of all slices as a table that MLflow shows: its own form of a table is columns and rows as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from interleaver.lab.terms.figure import name_slice

FILE: Final = "slices.json"
COLUMNS: Final = (
    "slice",
    "metric",
    "n",
    "units",
    "champion",
    "candidate",
    "difference",
    "low",
    "high",
    "verdict",
    "why",
)

# What MLflow's own log_table leaves at a run, so that its pages find the table.
TAG: Final = "mlflow.loggedArtifacts"
TAGGED: Final = json.dumps([{"path": FILE, "type": "table"}])


def write_table(trial: Mapping[str, Any], folder: Path) -> Path:
    """Write the table of one candidate's figures: the whole and every slice."""
    file = folder / FILE
    rows = [make_row(figure) for figure in trial["figures"]]
    file.write_text(json.dumps({"columns": COLUMNS, "data": rows}, allow_nan=False))
    return file


def make_row(figure: Mapping[str, Any]) -> Sequence[object]:
    low, high = figure["interval"] or (None, None)
    ends = {"low": low, "high": high, "slice": name_slice(tuple((figure["slice"] or {}).items()))}
    return [ends[column] if column in ends else figure[column] for column in COLUMNS]
