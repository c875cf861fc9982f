"""What is known of the rated items: title, genres, year. The file of ratings itself may hold them, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from interleaver.lab.importing.profiles import Traits, find_decade, gather_traits, list_genres
from interleaver.lab.importing.ratings import Spelling, check_ids, codes_of
from interleaver.lab.importing.sheet import Sheet, demand, find_columns
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.unusable import Unusable

ROLES: Final = {
    "item": ("item", "itemid", "item_id", "movieid", "movie_id"),
    "title": ("title",),
    "genres": ("genres",),
    "year": ("year",),
}
Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Catalogue:
    """Items by the text of their ids. What a file does not tell of them is None."""

    rows: Mapping[str, Mapping[str, str | None]]

    def tabulate(self, spelling: Spelling) -> pa.Table:
        """The table `items` of a suite: items in JSON spelling, and what else is told."""
        told = [name for name in ("title", "genres", "year") if any(name in row for row in self.rows.values())]
        columns = {"item": spell_ids(list(self.rows), spelling)}
        for name in told:
            columns[name] = pa.array([row.get(name) for row in self.rows.values()], pa.string())
        return pa.table(columns)

    def find_genres(self, items: Sequence[str]) -> Traits:
        """The genres of these items."""
        return gather_traits([list_genres(self.rows.get(item, {}).get("genres")) for item in items])

    def find_decades(self, items: Sequence[str]) -> Traits:
        """The decades of these items."""
        rows = [self.rows.get(item, {}) for item in items]
        return gather_traits([find_decade(row.get("year"), row.get("title")) for row in rows])


def spell_ids(ids: Sequence[str], spelling: Spelling) -> pa.Array:
    """Ids as JSON has them. They were checked to be numbers where that is asked for."""
    return pa.array(list(ids) if spelling == "number" else [spell_id(each) for each in ids], pa.string())


def read_catalogue(sheet: Sheet, named: Mapping[str, str], spelling: Spelling) -> Catalogue:
    """The items of a table; an item may come again if its row says the same. Raises Unusable."""
    found = find_columns(sheet, ROLES, named)
    demand(sheet, found, ("item",))
    ids = check_ids(sheet, found["item"], spelling, "--item-ids")
    names = [role for role in ("title", "genres", "year") if role in found]
    columns = [sheet.table.column(found[role]).cast(pa.string()).to_pylist() for role in names]
    if "year" in names:
        columns[names.index("year")] = [tidy_year(year) for year in columns[names.index("year")]]
    rows: dict[str, Row] = {}
    texts: list[str] = ids.dictionary.to_pylist()
    for at, (code, *row) in enumerate(zip(codes_of(ids).tolist(), *columns, strict=True)):
        if rows.setdefault(texts[code], tuple(row)) != tuple(row):
            place = sheet.place(found["item"], at)
            raise Unusable(place, f"item {texts[code]} again, and it differs", "one row for each item")
    return Catalogue({item: dict(zip(names, row, strict=True)) for item, row in rows.items()})


def tidy_year(year: str | None) -> str | None:
    """A year without the `.0` that it gets where a missing one among them made pandas write decimal numbers."""
    return year if year is None else year.removesuffix(".0")
