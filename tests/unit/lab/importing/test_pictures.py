"""Suites out of tables of pictures."""

from pathlib import Path

import pandas as pd
import pytest

from interleaver.lab.importing.pictures import Pictures, copy_pictures, read_pictures
from interleaver.lab.importing.sheets import read_sheet, read_text
from interleaver.lab.terms.unusable import Unusable

PNG = b"\x89PNG\r\n\x1a\n and more"
TABLE = "path,label,unit,attack,gender,age\na/1.png,1,anna,,f,30\nb.png,0,bert,print,,\n"


def import_text(text: str, positive: str | None = None) -> Pictures:
    return read_pictures(read_text(text.encode(), "table.csv", "comma"), {}, positive)


def test_each_row_is_a_sample_and_other_columns_are_attributes() -> None:
    assert import_text(TABLE).draft.cases.to_pylist() == [
        {
            "sample": "a/1.png",
            "picture": "pictures/a/1.png",
            "label": 1,
            "source": "benchmark",
            "unit": "anna",
            "attack": None,
            "attributes.gender": "f",
            "attributes.age": "30",
        },
        {
            "sample": "b.png",
            "picture": "pictures/b.png",
            "label": 0,
            "source": "benchmark",
            "unit": "bert",
            "attack": "print",
            "attributes.gender": None,
            "attributes.age": None,
        },
    ]


@pytest.mark.parametrize("label", ["1", "1.0", "True", "true"])
def test_a_label_is_what_tables_are_written_with(label: str) -> None:
    assert import_text(f"path,label\na.png,{label}\n").draft.cases.column("label").to_pylist() == [1]


def test_a_word_counts_as_1_where_that_is_said() -> None:
    made = import_text("path,label\na.png,fake\nb.png,real\n", "fake")
    assert made.draft.cases.column("label").to_pylist() == [1, 0]


def test_a_table_that_pandas_wrote_is_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame({"path": ["a.png", "b.png"], "label": [True, False], "age": [30, 40]}, index=[4, 9])
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_csv(tmp_path / "t.csv")
    made = [read_pictures(read_sheet(tmp_path / name, None), {}) for name in ("t.parquet", "t.csv")]
    assert made[0].draft.cases == made[1].draft.cases


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path\na.png\n", "table.csv: no column for label among path; "),
        ("path,label\n", "table.csv: no picture; a row for each"),
        ("path,label\na.png,2\n", "table.csv, line 2, label: '2'; 0 or 1; --positive WORD says which word counts as 1"),
        ("path,label\na.png,\n", "table.csv, line 2, label: nothing; each picture has a label"),
        ("path,label\n,1\n", "table.csv, line 2, path: nothing; one in each row"),
        (
            "path,label\na.png,1\na.png,0\n",
            "table.csv, line 3, path: a.png again, first in table.csv, line 2; one row for each",
        ),
        ("path,label\n../a.png,1\n", "table.csv, line 2, path: '../a.png'; a path below the folder of pictures"),
        ("path,label\n/etc/a.png,1\n", "table.csv, line 2, path: '/etc/a.png'; a path below the folder of pictures"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_number(text: str, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        import_text(text)
    assert str(caught.value).startswith(words)


def test_a_positive_label_that_nobody_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(Unusable, match="no label 'Fake'; there are fake, real"):
        import_text("path,label\na.png,fake\nb.png,real\n", "Fake")


def test_pictures_are_copied_below_the_suite(tmp_path: Path) -> None:
    (tmp_path / "in" / "a").mkdir(parents=True)
    (tmp_path / "in" / "a" / "1.png").write_bytes(PNG)
    copy_pictures(["a/1.png"], tmp_path / "in", tmp_path / "suite", "table.csv")
    assert (tmp_path / "suite" / "pictures" / "a" / "1.png").read_bytes() == PNG


@pytest.mark.parametrize(
    ("data", "words"),
    [(None, "No such file or directory"), (b"", "an empty file"), (b"<html>", "no picture; PNG, JPEG, GIF")],
)
def test_nothing_is_copied_where_one_is_no_picture(tmp_path: Path, data: bytes | None, words: str) -> None:
    (tmp_path / "good.png").write_bytes(PNG)
    if data is not None:
        (tmp_path / "bad.png").write_bytes(data)
    with pytest.raises(Unusable, match=words):
        copy_pictures(["good.png", "bad.png"], tmp_path, tmp_path / "suite", "table.csv")
    assert not (tmp_path / "suite").exists()
