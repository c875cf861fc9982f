"""A table of Parquet: flat columns, JSON values as their text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from interleaver.lab.suites.coding import TEXTS, encode_column, list_values
from interleaver.lab.suites.conversions import spell_headers
from interleaver.lab.suites.json_text import read_json, spell_value, write_json
from interleaver.lab.suites.rows import OPEN
from interleaver.lab.suites.tables import PREFIX, Table, check_names, join
from interleaver.lab.suites.wording import shorten
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.unusable import Unusable


def read_parquet(path: Path, name: str) -> Table:
    """The table in a file. Raises Unusable with row and column."""
    try:
        coded = list_coded(path, name)
        read = pq.ParquetFile(path, read_dictionary=coded, page_checksum_verification=True).read()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise Unusable(str(path), f"is no Parquet: {str(error).partition(chr(10))[0]}") from None
    return normalise(Table(name, path, name_columns(path, read), read.num_rows))


def list_coded(path: Path, table: str) -> list[str]:
    """Columns of text that are read as codes, because their values come again and again."""
    coded = ("query", "item") if table == "judgments" else ("unit", "source", "attack")
    texts = [field.name for field in pq.read_schema(path) if field.type in TEXTS]
    return [name for name in texts if name in coded or name.startswith(PREFIX)]


def name_columns(path: Path, read: Any) -> dict[str, Any]:
    """The columns by name. Raises Unusable where two have one name."""
    for name in read.column_names:
        if read.column_names.count(name) > 1:
            raise Unusable(f"{path}, {name}", "is there twice", "keep one of the columns")
    columns = dict(zip(read.column_names, read.columns, strict=True))
    for name, column in columns.items():
        if pa.types.is_dictionary(column.type) and not all(map(is_whole, column.chunks)):
            raise Unusable(f"{path}, {name}", "has codes that stand for nothing", "the file is damaged: write it again")
    return columns


def is_whole(chunk: Any) -> bool:
    """Whether all codes of a column have a value. A damaged file may say otherwise, and Arrow trusts it."""
    codes = pc.min_max(chunk.indices)
    return not codes["min"].is_valid or 0 <= codes["min"].as_py() <= codes["max"].as_py() < len(chunk.dictionary)


def normalise(table: Table) -> Table:
    """The table with its JSON in the one spelling that JSON lines get, so that both forms are one suite."""
    check_names(table)
    check_nested(table)
    columns = dict(table.columns)
    for name, spell in (("item", spell_id), ("request", write_json), ("input", write_json)):
        if name in columns and name in table.known:
            columns[name] = respell(table, name, spell)
    if "headers" in columns and table.name == "queries":
        columns["headers"] = take_headers(table)
    if table.name in OPEN:
        for name in table.list_others():
            columns[name] = spell_values(table, name)
    return Table(table.name, table.file, columns, table.rows)


def check_nested(table: Table) -> None:
    """Raises Unusable where attributes stand inside one column, as JSON lines have them."""
    if "attributes" in table.columns and "attributes" in table.known:
        raise table.refuse(None, "attributes", "is one column", "Parquet has a column attributes.NAME for each")


def respell(table: Table, name: str, spell: Callable[[Any], str]) -> Any:
    """A column of JSON texts in their one spelling; each different text is read once."""
    encoded = encode_column(table, name, text=True)
    spelled: list[str | None] = []
    for index, text in enumerate(list_values(table, name, encoded)):
        try:
            spelled.append(None if text is None else spell(read_json(text)))
        except ValueError as error:
            row = encoded.indices.index(index).as_py()
            wanted = "write the id as JSON, a text in quotes" if name == "item" else "write it as JSON"
            raise table.refuse(row, name, f"found {shorten(text)}: {error}", wanted) from None
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(spelled, pa.large_string()))


def take_headers(table: Table) -> Any:
    """Headers, from a map, a struct or the object's text, as the text of their object."""
    column = join(table.columns["headers"])
    texts = []
    for row, value in enumerate(column.to_pylist(maps_as_pydicts="strict")):
        try:
            found = read_json(value) if isinstance(value, str) else value
            kept = (
                {name: text for name, text in found.items() if text is not None} if isinstance(found, dict) else found
            )
            texts.append(None if found is None else spell_headers(kept))
        except ValueError as error:
            raise table.refuse(row, "headers", str(error)) from None
    return pa.array(texts, pa.large_string())


def spell_values(table: Table, name: str) -> Any:
    """A column of anything as JSON texts: what else a table of items has."""
    texts = []
    for row, value in enumerate(join(table.columns[name]).to_pylist()):
        try:
            texts.append(None if value is None else spell_value(value))
        except (TypeError, ValueError) as error:
            raise table.refuse(row, name, str(error), "numbers, texts, booleans, lists and objects are taken") from None
    return pa.array(texts, pa.large_string())
