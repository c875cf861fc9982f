"""Tables of strangers: what separates fields, headers, quotes, and the row of what is wrong."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.sheet import Sheet, find_columns
from interleaver.lab.importing.sheets import read_sheet, read_text
from interleaver.lab.terms.unusable import Unusable


def rows(sheet: Sheet) -> list[dict[str, object]]:
    found: list[dict[str, object]] = sheet.table.to_pylist()
    return found


def refusal(data: bytes, kind: str = "comma", names: tuple[str, ...] = ()) -> str:
    with pytest.raises(Unusable) as caught:
        read_text(data, "some.csv", kind, names)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("comma", b"user,item\n7,a\n"),
        ("comma", b'\xef\xbb\xbf\r\n"user","item"\r\n\r\n 7 ,"a"\r\n'),
        ("tab", b"user\titem\n7\ta"),
        ("semicolon", b"user;item\n7;a"),
        ("pipe", b"user|item\n7|a"),
        ("double-colon", b"user::item\n7::a"),
    ],
)
def test_fields_are_separated_by_what_is_said(kind: str, data: bytes) -> None:
    assert rows(read_text(data, "some", kind)) == [{"user": "7", "item": "a"}]


def test_columns_of_a_file_without_a_header_are_named() -> None:
    assert rows(read_text(b"7::1\n8::2\n", "some", "double-colon", ("user", "item"))) == [
        {"user": "7", "item": "1"},
        {"user": "8", "item": "2"},
    ]


def test_a_quote_belongs_to_a_title_where_fields_have_no_quotes() -> None:
    read = read_text(b'2::"Great Performances" Cats (1998)\n', "movies.dat", "double-colon", ("item", "title"))
    assert rows(read) == [{"item": "2", "title": '"Great Performances" Cats (1998)'}]


def test_an_empty_field_is_missing_and_the_word_for_it_is_a_word() -> None:
    assert rows(read_text(b"a,b\n,NA\n \t,nan\n", "some", "comma")) == [{"a": None, "b": "NA"}, {"a": None, "b": "nan"}]


def test_the_row_of_a_value_is_the_line_in_which_its_row_begins() -> None:
    sheet = read_text(b'\na,b\n\n"x\ny",1\n\nz,2\n', "some.csv", "comma")
    assert [sheet.find(at).line for at in range(2)] == [4, 7]
    assert rows(sheet) == [{"a": "x\ny", "b": "1"}, {"a": "z", "b": "2"}]


def test_rows_that_pandas_or_r_numbered_have_no_column_of_numbers() -> None:
    assert read_text(b",user\n0,7\n", "some", "comma").names == ("user",)
    assert read_text(b'"rownames","user"\n1,7\n', "some", "comma").names == ("user",)


def test_a_row_of_another_width_is_refused_with_its_line() -> None:
    assert refusal(b"a,b\n\n1,2\n1,2,3\n") == (
        "some.csv, line 4: 3 fields; 2 fields in each row, as in the header; is the separator right?"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "some.csv: no row; "),
        (b"\n\n", "some.csv: no row; "),
        (b"a,a\n1,2\n", "some.csv, line 1, a: two columns of this name; rename one"),
    ],
)
def test_a_table_without_columns_to_tell_apart_is_refused(data: bytes, words: str) -> None:
    assert refusal(data).startswith(words)


@pytest.mark.parametrize("length", range(2**20 - 4, 2**20 + 1))
def test_no_byte_of_a_long_file_is_lost_where_blocks_of_a_reader_meet(length: int) -> None:
    title = "x" * length + "\r\ny"
    data = f'a,b\n"{title}",1\nz,2\n'.encode()
    assert read_text(data, "some", "comma").table.column("a").to_pylist() == [title, "z"]


def test_an_ending_that_says_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "u.data"
    file.write_bytes(b"1\t2\n")
    with pytest.raises(Unusable, match=r"u\.data: \.data does not say what separates its fields; say --separator"):
        read_sheet(file, None)
    assert read_sheet(file, "tab", ("user", "item")).names == ("user", "item")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No such file or directory; give a file that can be read"):
        read_sheet(tmp_path / "ratings.csv", None)


def test_what_pandas_writes_is_read_from_both_kinds_of_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"user": [7, 8], "genre": pd.Categorical(["a", None]), "title": [" Angst ", ""]}, index=[3, 5])
    frame.to_parquet(tmp_path / "some.parquet")
    frame.to_csv(tmp_path / "some.csv")
    parquet, text = read_sheet(tmp_path / "some.parquet", None), read_sheet(tmp_path / "some.csv", None)
    assert parquet.names == text.names == ("user", "genre", "title")
    for name in ("genre", "title"):
        assert parquet.table.column(name).to_pylist() == text.table.column(name).to_pylist()
    assert text.table.column("title").to_pylist() == ["Angst", None]
    assert parquet.read_texts("user", "").to_pylist() == text.read_texts("user", "").to_pylist() == ["7", "8"]


def test_ids_that_became_decimal_numbers_are_refused(tmp_path: Path) -> None:
    pd.DataFrame({"user": [7.0, 8.0]}).to_parquet(tmp_path / "some.parquet")
    with pytest.raises(Unusable, match=r"some\.parquet, user: the column holds decimal numbers \(7\.0\); save ids as"):
        read_sheet(tmp_path / "some.parquet", None).read_texts("user", "")


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(Unusable, match=r"some\.parquet: no Parquet file: .*; write it again"):
        read_sheet(tmp_path / "some.parquet", None)


@pytest.mark.parametrize(
    ("value", "shown"), [("nan", "'nan'"), ("1e999", "'1e999'"), ("four", "'four'"), ("", "nothing")]
)
def test_a_value_that_is_no_finite_number_is_refused_with_line_and_column(value: str, shown: str) -> None:
    sheet = read_text(f"user,rating\n1,4.5\n\n2,{value}\n".encode(), "some.csv", "comma")
    with pytest.raises(Unusable) as caught:
        sheet.read_numbers("rating", "a rating is a number")
    assert str(caught.value) == f"some.csv, line 4, rating: {shown}; a rating is a number"


def test_numbers_of_parquet_are_checked_too(tmp_path: Path) -> None:
    pq.write_table(pa.table({"rating": [1.0, float("nan")], "flag": ["a", "b"]}), tmp_path / "some.parquet")
    with pytest.raises(Unusable, match=r"some\.parquet, row 2, rating: nan; a number"):
        read_sheet(tmp_path / "some.parquet", None).read_numbers("rating", "a number")


def test_a_column_is_found_by_its_customary_name_or_by_the_one_that_was_given() -> None:
    sheet = read_text(b"userId,book\n", "some.csv", "comma")
    roles = {"user": ("userid",), "item": ("item",), "rating": ("rating",)}
    assert find_columns(sheet, roles, {"item": "book"}) == {"user": "userId", "item": "book"}
    with pytest.raises(Unusable, match=r"some\.csv, buch: there is no such column; there are userId, book"):
        find_columns(sheet, roles, {"item": "buch"})


def test_two_columns_that_may_be_meant_are_refused() -> None:
    sheet = read_text(b"user,userId\n", "some.csv", "comma")
    with pytest.raises(Unusable, match=r"user and userId may both be the user; say --columns user=user"):
        find_columns(sheet, {"user": ("user", "userid")}, {})


FIELD = st.text(st.characters(blacklist_categories=["Cs", "Cc"])).map(str.strip)


@given(st.lists(st.tuples(FIELD, FIELD), min_size=1))
def test_what_is_written_with_quotes_comes_back(table: list[tuple[str, str]]) -> None:
    quote = ['"' + '","'.join(field.replace('"', '""') for field in row) + '"' for row in table]
    sheet = read_text("\n".join(['"a","b"', *quote]).encode(), "some", "comma")
    assert [tuple(row.values()) for row in rows(sheet)] == [(a or None, b or None) for a, b in table]
