"""What a suite asks has a digest of its own, by which answers are kept."""

from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.asking.answer_lines import make_header
from interleaver.lab.suites.reading import read_suite
from tests.unit.lab.suites.folders import JUDGMENTS, QUERIES, SAMPLES, make_ranking, make_scoring


def change(rows: list[dict[str, Any]], **changes: Any) -> list[dict[str, Any]]:
    return [{**rows[0], **changes}, *rows[1:]]


@pytest.mark.parametrize(
    "tables",
    [
        {"judgments": [*JUDGMENTS, {"query": "q2", "item": 7, "gain": 1}]},
        {"queries": change(QUERIES, attributes={"gender": "m"})},
        {"queries": change(QUERIES, source="corner")},
        {"items": [{"item": 1, "title": "Aliens"}]},
    ],
)
def test_answers_outlive_whatever_is_judged_or_told_of_queries(tmp_path: Path, tables: dict[str, Any]) -> None:
    first, second = read_suite(make_ranking(tmp_path)), read_suite(make_ranking(tmp_path, **tables))
    assert first.digest != second.digest
    assert make_header("m", first) == make_header("m", second)


@pytest.mark.parametrize(
    "changes", [{"request": {"user": 9}}, {"headers": {"X-Shop": "fr"}}, {"unit": "u9"}, {"query": "q9"}]
)
def test_answers_to_what_is_asked_no_more_are_answers_to_another_suite(tmp_path: Path, changes: dict[str, Any]) -> None:
    judgments = [] if "query" in changes else JUDGMENTS
    first = read_suite(make_ranking(tmp_path, judgments=judgments))
    second = read_suite(make_ranking(tmp_path, judgments=judgments[:1], queries=change(QUERIES, **changes)))
    assert make_header("m", first) != make_header("m", second)


def test_answers_outlive_a_mended_label_and_not_another_picture(tmp_path: Path) -> None:
    first = read_suite(make_scoring(tmp_path))
    mended = read_suite(make_scoring(tmp_path, samples=change(SAMPLES, label=0)))
    other = read_suite(make_scoring(tmp_path, samples=change(SAMPLES, input=[0.1, 0.3])))
    assert make_header("m", first) == make_header("m", mended) != make_header("m", other)
    folders = [make_scoring(tmp_path, samples=[{**SAMPLES[1]}]) for _ in range(2)]
    for folder, data in zip(folders, (b"one", b"two"), strict=True):
        sample = '{"sample": "p", "picture": "p.png", "label": 1, "source": "production"}\n'
        (folder / "p.png").write_bytes(data)
        (folder / "samples.jsonl").write_text(sample)
    assert make_header("m", read_suite(folders[0])) != make_header("m", read_suite(folders[1]))


def test_both_forms_ask_the_same(tmp_path: Path) -> None:
    assert read_suite(make_ranking(tmp_path)).asked == read_suite(make_ranking(tmp_path, "parquet")).asked != ""
