"""The table of slices."""

import json
from pathlib import Path

from interleaver.lab.tracking.tables import COLUMNS, write_table
from tests.unit.lab.builders import make_evaluation_document


def test_every_figure_is_a_row_also_what_was_not_told(tmp_path: Path) -> None:
    trial = make_evaluation_document()["candidates"][0]
    table = json.loads(write_table(trial, tmp_path).read_text())
    assert table["columns"] == list(COLUMNS)
    assert len(table["data"]) == len(trial["figures"])
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table["data"]]
    assert (rows[0]["slice"], rows[0]["metric"], rows[0]["low"] < rows[0]["difference"]) == ("all", "nDCG@10", True)
    (untold,) = [row for row in rows if row["verdict"] == "not told"]
    assert (untold["candidate"], untold["low"], untold["why"]) == (None, None, "all samples of the slice have label 1")
