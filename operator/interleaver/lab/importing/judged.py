"""Tables of pairs to judge: written with empty gains for people to fill in, and read again."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from interleaver.lab.importing.lines import number_lines
from interleaver.lab.importing.numbers import read_number
from interleaver.lab.importing.sheet import demand, find_columns
from interleaver.lab.importing.sheets import read_sheet
from interleaver.lab.suites.merging import Judged
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.unusable import Place, Unusable

COLUMNS: Final = ("query", "item", "gain")
ROLES: Final = {name: (name,) for name in COLUMNS}
FORMS: Final = "a name that ends in .csv or .jsonl"
WANTED: Final = "a gain is a finite number of 0 or more; leave it empty where nobody judged"


def write_pairs(path: Path, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Write rows of query, item in JSON spelling, gain, and what else helps to judge. Raises Unusable."""
    if path.suffix not in (".csv", ".jsonl"):
        raise Unusable(str(path), f"{path.suffix or 'no ending'} is no table that people fill in", FORMS)
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            if path.suffix == ".csv":
                writer = csv.DictWriter(file, list(rows[0]) if rows else list(COLUMNS))
                writer.writeheader()
                writer.writerows(rows)
                return
            for row in rows:
                values = {**row, "item": json.loads(str(row["item"]))}
                file.write(json.dumps(values, ensure_ascii=False) + "\n")
    except OSError as error:
        raise Unusable(str(path), str(error.strerror), "give a file that is not there yet") from None


def read_pairs(path: Path, separator: str | None = None, encoding: str = "utf-8") -> list[Judged]:
    """The pairs that have a gain. A spreadsheet may have saved CSV with another separator or encoding. Raises Unusable
    with line and column."""
    if path.suffix not in (".csv", ".jsonl"):
        raise Unusable(str(path), f"{path.suffix or 'no ending'} says not how it is written", FORMS)
    judged = []
    for place, row in read_lines(path) if path.suffix == ".jsonl" else read_rows(path, separator, encoding):
        if row["gain"] is None or row["gain"] == "":
            continue
        query = row["query"]
        if not isinstance(query, str):
            raise Unusable(replace(place, field="query"), f"found {query!r}", "the query of the pair, a text")
        judged.append(Judged(place, query, read_item(place, row["item"]), read_gain(place, row["gain"])))
    return judged


def read_rows(path: Path, separator: str | None, encoding: str) -> Iterator[tuple[Place, dict[str, object]]]:
    """The rows of a CSV file, in which items are JSON text."""
    sheet = read_sheet(path, separator, encoding=encoding)
    found = find_columns(sheet, ROLES, {})
    demand(sheet, found, COLUMNS)
    columns = [sheet.table.column(found[name]).to_pylist() for name in COLUMNS]
    for at, row in enumerate(zip(*columns, strict=True)):
        if row[2] is None:  # a place costs a walk through the file
            continue
        values: dict[str, object] = dict(zip(COLUMNS, row, strict=True))
        place = sheet.find(at)
        try:
            values["item"] = json.loads(str(values["item"]))
        except ValueError:
            wanted = 'as JSON spells it, "a" for a text; a spreadsheet may have taken the quotes away'
            raise Unusable(replace(place, field="item"), f"found {values['item']}", wanted) from None
        yield place, values


def read_lines(path: Path) -> Iterator[tuple[Place, dict[str, object]]]:
    """The rows of a file of JSON lines."""
    for line, text in number_lines(path):
        place = Place(str(path), line=line)
        try:
            row = json.loads(text)
        except ValueError as error:
            raise Unusable(place, f"no JSON: {error}", "an object in each line") from None
        missing = [name for name in COLUMNS if not isinstance(row, dict) or name not in row]
        if missing:
            raise Unusable(place, f"no {missing[0]}", f"an object with {', '.join(COLUMNS)}")
        yield place, row


def read_item(place: Place, value: object) -> str:
    """An item's spelling. Raises Unusable."""
    try:
        return spell_id(value)
    except ValueError as error:
        raise Unusable(replace(place, field="item"), str(error), "an id as models answer it") from None


def read_gain(place: Place, value: object) -> float:
    """A gain. Raises Unusable."""
    text = value if isinstance(value, str) else json.dumps(value)
    gain = read_number(text, replace(place, field="gain"), WANTED)
    if gain < 0:
        raise Unusable(replace(place, field="gain"), f"found {text}", WANTED)
    return gain
