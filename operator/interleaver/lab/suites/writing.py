"""Writes a suite's folder: what importers, production and people's scripts make suites with."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from interleaver.lab.suites.description import FILE, check_description
from interleaver.lab.suites.json_lines import Reader
from interleaver.lab.suites.rows import OPEN, list_columns
from interleaver.lab.suites.tables import FORMS, PREFIX
from interleaver.lab.terms.unusable import Unusable

Rows = Sequence[Mapping[str, Any]]
Form = Literal["parquet", "jsonl"]
JSON_COLUMNS: Final = ("item", "request", "input", "headers")
"""Columns that hold JSON: its value in rows, its text in Arrow's tables."""


def write_suite(
    folder: Path, description: Mapping[str, Any], tables: Mapping[str, Any], form: Form = "parquet"
) -> None:
    """Write a folder with a description as suite.yaml has it, and tables by name, in one of the two forms.

    A table is a list of rows as JSON lines have them (`item` and `request` are values, `attributes` a dictionary), or
    an Arrow table as Parquet has it (`item` and `request` are JSON text, a column `attributes.NAME` each).
    Raises Unusable for what no suite may have in the description or in rows, and for a folder with a suite in it.
    """
    check_free(folder)
    check_description(dict(description), folder / FILE)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_table(folder / f"{name}.{form}", name, table)
    # Last: a folder without it is no suite, so that one that was broken off is not taken for whole.
    (folder / FILE).write_text(yaml.safe_dump(dict(description), sort_keys=False, allow_unicode=True, width=118))


def check_free(folder: Path) -> None:
    """Raises Unusable for a folder that has anything of a suite in it, and for what is no folder."""
    if folder.exists() and (not folder.is_dir() or any(map(belongs, folder.iterdir()))):
        raise Unusable(str(folder), "is there already", "name a folder that is not there, or has no suite")


def belongs(path: Path) -> bool:
    """Whether a file is a part of a suite, by its name."""
    return path.name == FILE or path.suffix in FORMS


def write_table(path: Path, name: str, table: Any) -> None:
    """One table, in the form that the file's name says."""
    if path.suffix == ".parquet":
        flat = table if isinstance(table, pa.Table) else flatten(path, name, table)
        write_parquet(flat, path)
        return
    with path.open("w", encoding="utf-8") as file:
        for row in list_rows(name, table) if isinstance(table, pa.Table) else table:
            file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")


def write_parquet(table: Any, path: Path) -> None:
    """An Arrow table as Parquet, with a checksum of each page: without them a damaged file reads as other values."""
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def flatten(path: Path, name: str, rows: Rows) -> Any:
    """Rows as an Arrow table with the columns that Parquet has."""
    reader = Reader(path, name)
    known = list_columns(name)
    kept = [{key: row[key] for key in row if key in known} for row in rows] if name in OPEN else rows
    reader.add_rows(kept, range(1, len(rows) + 1))
    columns = dict(reader.finish().columns)
    for other in sorted({key for row in rows for key in row if key not in known}):
        columns[other] = make_column(path, other, [row.get(other) for row in rows])
    return pa.table({column: columns[column] for column in sorted(columns)})


def make_column(path: Path, name: str, values: Sequence[Any]) -> Any:
    """A column of anything, as long as it is of one kind. Raises Unusable where it is not."""
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError) as error:
        raise Unusable(f"{path}, {name}", str(error), "a column of Parquet is of one kind; write JSON lines") from None


def list_rows(name: str, table: Any) -> Iterable[Mapping[str, Any]]:
    """The rows of an Arrow table as JSON lines have them; what is missing is left out."""
    json_columns = [column for column in JSON_COLUMNS if column in list_columns(name)]
    for batch in table.to_batches(max_chunksize=65_536):
        for row in batch.to_pylist(maps_as_pydicts="strict"):
            yield nest({key: value for key, value in row.items() if value is not None}, json_columns)


def nest(row: Mapping[str, Any], json_columns: Sequence[str]) -> Mapping[str, Any]:
    """A flat row with its JSON as values, and its attributes in an object."""
    nested: dict[str, Any] = {}
    for key, value in row.items():
        if key in json_columns and isinstance(value, str):
            nested[key] = json.loads(value)
        elif key.startswith(PREFIX):
            nested.setdefault("attributes", {})[key.removeprefix(PREFIX)] = value
        else:
            nested[key] = value
    return nested
