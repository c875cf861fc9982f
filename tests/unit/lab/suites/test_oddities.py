"""Files that are odd and sound: what they come to."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from interleaver.lab.suites.reading import read_suite
from interleaver.lab.terms.unusable import Unusable

from .folders import make_ranking, write_lines


def test_a_byte_order_mark_blank_lines_and_carriage_returns_are_no_content(tmp_path: Path) -> None:
    plain, odd = make_ranking(tmp_path), make_ranking(tmp_path)
    for name in ("queries.jsonl", "judgments.jsonl", "suite.yaml"):
        text = (odd / name).read_text()
        blank = text if name == "suite.yaml" else "\n" + text.replace("\n", "\r\n \r\n")
        (odd / name).write_bytes(b"\xef\xbb\xbf" + blank.encode())
    assert read_suite(odd).digest == read_suite(plain).digest


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path: Path) -> None:
    folder = make_ranking(tmp_path)
    for bad in ('{"query": "q1", "item": 1, "gain": -1}', '{"query": "q1", "item": 1}'):
        (folder / "judgments.jsonl").write_text("\n\n" + '{"query": "q2", "item": 1, "gain": 1}\n\n' + bad)
        with pytest.raises(Unusable, match=r"judgments\.jsonl, line 5, gain: "):
            read_suite(folder)


def test_the_last_line_need_not_end(tmp_path: Path) -> None:
    folder = make_ranking(tmp_path)
    digest = read_suite(folder).digest
    for name in ("queries.jsonl", "judgments.jsonl"):
        (folder / name).write_text((folder / name).read_text().rstrip("\n"))
    assert read_suite(folder).digest == digest


def test_ids_of_items_are_the_same_exactly_if_the_router_takes_them_for_one(tmp_path: Path) -> None:
    ids = ["1", 1, True, "true", 0.5, 10**30, "é", ""]
    folder = make_ranking(tmp_path, judgments=[{"query": "q1", "item": item, "gain": 1} for item in ids])
    judgments = read_suite(folder).judgments
    assert judgments is not None
    assert judgments.vocabulary == ('"1"', "1", "true", '"true"', "0.5", str(10**30), '"é"', '""')
    write_lines(folder / "judgments.jsonl", [{"query": "q1", "item": item, "gain": 1} for item in (1, 1.0)])
    with pytest.raises(
        Unusable, match=r'line 2, item: 1 is judged for query "q1" in .*line 1 already; keep one of them'
    ):
        read_suite(folder)


def test_an_items_text_may_be_spelled_in_any_way_that_json_knows(tmp_path: Path) -> None:
    folder = make_ranking(tmp_path, "parquet")
    spelled = pa.table({"query": ["q1"] * 4, "item": ['"\\u00e9"', "2e0", " 3 ", '"a\\/b"'], "gain": [1, 2, 3, 4]})
    pq.write_table(spelled, folder / "judgments.parquet")
    judgments = read_suite(folder).judgments
    assert judgments is not None
    assert judgments.vocabulary == ('"é"', "2", "3", '"a/b"')


def test_a_suite_without_judgments_yet_can_be_read(tmp_path: Path) -> None:
    for form in ("jsonl", "parquet"):
        folder = make_ranking(tmp_path, form, judgments=[])
        judgments = read_suite(folder).judgments
        assert judgments is not None
        assert judgments.lists.lengths.tolist() == [0, 0, 0]


def test_judgments_in_any_order_go_to_their_query(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [{"query": f"q{query}", "item": item, "gain": 0} for query in (1, 2, 3) for item in range(50)]
    shuffled = [rows[index] for index in rng.permutation(len(rows))]
    judgments = read_suite(make_ranking(tmp_path, judgments=shuffled)).judgments
    assert judgments is not None
    for query in range(3):
        spelled = [int(judgments.vocabulary[code]) for code in judgments.lists.row(query)]
        assert spelled == [row["item"] for row in shuffled if row["query"] == f"q{query + 1}"]
