"""Reads tables of strangers: Parquet, and text whose fields are separated, as pandas, R and MovieLens write them."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from interleaver.lab.importing.lines import decode, read_file
from interleaver.lab.importing.rows import Rows
from interleaver.lab.importing.sheet import ROW_NUMBERS, Sheet
from interleaver.lab.terms.unusable import Place, Unusable

SEPARATORS: Final = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|", "double-colon": "::"}
ENDINGS: Final = {".csv": "comma", ".tsv": "tab"}
LARGEST: Final = 2**31 - 1  # bytes of a block, to pyarrow
# One character stands for `::` where a reader takes no two: ASCII made it for nothing else.
UNIT_SEPARATOR: Final = "\x1f"


def read_sheet(file: Path, separator: str | None, names: Sequence[str] = (), encoding: str = "utf-8") -> Sheet:
    """A table from a file. What separates fields is what `separator` says, else what the file's ending means.

    With `names` the file has no header, and these are its columns. Raises Unusable.
    """
    if file.suffix == ".parquet":
        return read_parquet(file)
    kind = separator or ENDINGS.get(file.suffix)
    if kind is None:
        raise Unusable(
            str(file), f"{file.suffix or 'no ending'} does not say what separates its fields", "say --separator"
        )
    return read_text(read_file(file), str(file), kind, names, encoding)


def read_parquet(file: Path) -> Sheet:
    """A table from a Parquet file, without the column in which pandas keeps its row numbers."""
    data = read_file(file)
    try:
        table = pq.ParquetFile(io.BytesIO(data)).read()
        table.validate(full=True)  # a damaged file may have codes that stand for nothing, and Arrow trusts it
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise Unusable(str(file), f"no Parquet file: {str(error).partition(chr(10))[0]}", "write it again") from None
    twice = [name for name in table.column_names if table.column_names.count(name) > 1]
    if twice:
        raise Unusable(Place(str(file), None, twice[0]), "two columns of this name", "rename one")
    texts = pa.table({name: plain(table.column(name)) for name in table.column_names})
    return Sheet(str(file), drop_row_numbers(texts), lambda at: Place(str(file), at + 1))


def read_text(data: bytes, file: str, kind: str, names: Sequence[str] = (), encoding: str = "utf-8") -> Sheet:
    """A table from text. Fields may stand in quotes where commas or semicolons separate them, and nowhere else:
    titles of the other files begin with a quote because the title does."""
    text = decode(data, file, encoding)
    if kind == "double-colon":
        if UNIT_SEPARATOR in text:
            raise Unusable(file, "a character 0x1f", "no file of ratings has one")
        text = text.replace("::", UNIT_SEPARATOR)
    rows = Rows(
        file, text, UNIT_SEPARATOR if kind == "double-colon" else SEPARATORS[kind], kind in ("comma", "semicolon")
    )
    if rows.quoted and text.count('"') % 2:
        rows.check_quotes()
    header = list(names) or rows.header
    for name in header:
        if header.count(name) > 1:
            raise Unusable(
                Place(file, line=None if names else rows.first, field=name), "two columns of this name", "rename one"
            )
    table = parse(rows, header, 0 if names else rows.body)
    skipped = 0 if names else 1
    return Sheet(file, drop_row_numbers(table), lambda at: Place(file, line=rows.lines[at + skipped]))


def parse(rows: Rows, header: Sequence[str], start: int) -> pa.Table:
    """The rows from a place in the text on, each field as text. Raises Unusable for a row of another width."""
    wrong: list[pacsv.InvalidRow] = []

    def note(row: pacsv.InvalidRow) -> str:
        wrong.append(row)
        return "error"

    body = rows.text[start:].encode()
    if not body.strip():
        return pa.table({name: pa.array([], pa.string()) for name in header})
    try:
        table = pacsv.read_csv(
            io.BytesIO(body),
            # In one block: at the seam of two, pyarrow 25 loses a line feed inside of a value.
            pacsv.ReadOptions(column_names=list(header), use_threads=False, block_size=min(len(body) + 1, LARGEST)),
            pacsv.ParseOptions(
                delimiter=rows.separator,
                quote_char='"' if rows.quoted else False,
                newlines_in_values=rows.quoted,
                invalid_row_handler=note,
            ),
            pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise explain(rows, len(header), str(error)) from None
    return pa.table({name: tidy(table.column(name)) for name in header})


def explain(rows: Rows, width: int, words: str) -> Unusable:
    """What is wrong with a table that cannot be read, with the line."""
    for begin, _, fields in rows.walk():
        if len(fields) != width:
            wanted = f"{width} fields in each row, as in the header; is the separator right?"
            return Unusable(Place(rows.file, line=begin), f"{len(fields)} fields", wanted)
    return Unusable(rows.file, words, "a table of text")


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as it is; if it is of text, also as categories, as a text file would have it."""
    whole = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    is_text = pa.types.is_string(whole.type) or pa.types.is_large_string(whole.type)
    return tidy(whole.cast(pa.string())) if is_text else whole


def tidy(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without spaces around it; what is empty then is missing."""
    trimmed = pc.ascii_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def drop_row_numbers(table: pa.Table) -> pa.Table:
    """The table without what only numbers its rows."""
    return table.drop_columns([name for name in table.column_names if name in ROW_NUMBERS])
