"""Suites are written whole, or not at all."""

from pathlib import Path

import pytest

from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.writing import write_suite
from interleaver.lab.terms.unusable import Unusable

from .folders import JUDGMENTS, QUERIES, RANKING, make_ranking


def test_items_with_mixed_kinds_are_kept_by_json_lines_and_refused_by_parquet(tmp_path: Path) -> None:
    items = [{"item": 1, "year": 1979}, {"item": 2, "year": "1979"}]
    assert read_suite(make_ranking(tmp_path, items=items)).items == {"1": {"year": 1979}, "2": {"year": "1979"}}
    with pytest.raises(Unusable, match="write JSON lines"):
        make_ranking(tmp_path, "parquet", items=items)


def test_a_folder_with_a_suite_is_not_written_over(tmp_path: Path) -> None:
    folder = make_ranking(tmp_path)
    with pytest.raises(Unusable, match="is there already"):
        write_suite(folder, RANKING, {"queries": QUERIES, "judgments": JUDGMENTS})


def test_a_suite_whose_description_is_wrong_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="maximumGrad"):
        write_suite(tmp_path / "new", {**RANKING, "maximumGrad": 1}, {"queries": QUERIES})
    assert not (tmp_path / "new").exists()


def test_no_bit_of_a_table_changes_unnoticed(tmp_path: Path) -> None:
    rows = [{"query": f"q{row % 3 + 1}", "item": row, "gain": row * 7 % 5} for row in range(200)]
    folder = make_ranking(tmp_path, "parquet", judgments=rows)
    file = folder / "judgments.parquet"
    digest, sound = read_suite(folder).digest, file.read_bytes()
    outcomes = set()
    for at in range(4, len(sound), 13):
        damaged = bytearray(sound)
        damaged[at] ^= 1 << at % 8
        file.write_bytes(damaged)
        outcomes.add(find_digest(folder))
    assert outcomes == {digest, None}


def find_digest(folder: Path) -> str | None:
    """The suite's digest; None where it is refused."""
    try:
        return read_suite(folder).digest
    except Unusable:
        return None
