"""Reads ratings in the manner of MovieLens: user, item, rating and, where there is one, the time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from interleaver.lab.importing.sheet import Sheet, demand, find_columns
from interleaver.lab.terms.unusable import Unusable

# What the columns are customarily called, in lower case. Others are named by --columns.
ROLES: Final = {
    "user": ("user", "userid", "user_id"),
    "item": ("item", "itemid", "item_id", "movieid", "movie_id"),
    "rating": ("rating",),
    "timestamp": ("timestamp",),
}
Spelling = Literal["text", "number"]
WHOLE_ID: Final = "^(?:0|-?[1-9][0-9]{0,17})$"


@dataclass(frozen=True)
class Ratings:
    """Ratings as columns of one length: codes of users and items, ratings, times if there are any."""

    users: NDArray[np.int64]
    items: NDArray[np.int64]
    ratings: NDArray[np.float64]
    times: NDArray[np.float64] | None
    user_names: pa.Array
    item_names: pa.Array

    def select(self, mask: NDArray[np.bool_]) -> "Ratings":
        """The ratings where the mask holds; codes stay."""
        times = None if self.times is None else self.times[mask]
        return Ratings(self.users[mask], self.items[mask], self.ratings[mask], times, self.user_names, self.item_names)


@dataclass(frozen=True)
class Scale:
    """What the user stated of ids and ratings: nothing of it is guessed from the data."""

    user_ids: Spelling = "text"
    item_ids: Spelling = "text"
    greatest: float | None = None
    """The greatest rating there can be; None where nobody said it."""


def read_ratings(sheet: Sheet, named: Mapping[str, str], scale: Scale) -> Ratings:
    """The ratings of a table. Raises Unusable with the row of the first that cannot be used."""
    found = find_columns(sheet, ROLES, named)
    demand(sheet, found, ("user", "item", "rating"))
    if not len(sheet):
        raise Unusable(sheet.file, "no rating", "a row for each rating")
    users = check_ids(sheet, found["user"], scale.user_ids, "--user-ids")
    items = check_ids(sheet, found["item"], scale.item_ids, "--item-ids")
    ratings = sheet.read_numbers(found["rating"], "a rating is a finite number")
    check_greatest(sheet, found["rating"], ratings, scale.greatest)
    times = read_times(sheet, found["timestamp"]) if "timestamp" in found else None
    return Ratings(codes_of(users), codes_of(items), ratings, times, users.dictionary, items.dictionary)


def check_ids(sheet: Sheet, column: str, spelling: Spelling, option: str) -> pa.DictionaryArray:
    """A column of ids. Raises Unusable for one that is missing, or is no whole number where numbers are asked for."""
    values = sheet.read_texts(column, "an id in each row")
    if spelling == "number":
        odd = pc.invert(pc.match_substring_regex(values, WHOLE_ID))
        sheet.refuse_first(odd, column, values, f"a whole number as {option} says, without leading zeros")
    return pc.dictionary_encode(values)


def codes_of(ids: pa.DictionaryArray) -> NDArray[np.int64]:
    """The code of each row, in the order in which ids are met first."""
    codes: NDArray[np.int64] = ids.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def check_greatest(sheet: Sheet, column: str, ratings: NDArray[np.float64], greatest: float | None) -> None:
    """Raises Unusable for a rating above the greatest that the user stated."""
    if greatest is not None and (ratings > greatest).any():
        at = int(np.argmax(ratings > greatest))
        raise Unusable(sheet.place(column, at), f"{ratings[at]:g}", f"the greatest rating was said to be {greatest:g}")


def read_times(sheet: Sheet, column: str) -> NDArray[np.float64]:
    """Times as numbers that can be ordered: as they are, or of points in time, microseconds since 1970."""
    values = sheet.refuse_missing(column, "each rating has a time, or none has")
    if pa.types.is_temporal(values.type):
        instants = values.cast(pa.timestamp("us", getattr(values.type, "tz", None))).cast(pa.int64())
        micros: NDArray[np.float64] = instants.to_numpy(zero_copy_only=False).astype(np.float64)
        return micros
    return sheet.read_numbers(column, "a timestamp is a number, or a point in time in a Parquet file")


def keep_last(ratings: Ratings) -> Ratings:
    """Each user's last rating of an item: of the greatest time, and of equal ones in the last row."""
    size = len(ratings.users)
    pairs = ratings.users * len(ratings.item_names) + ratings.items
    order = np.lexsort((np.arange(size), np.zeros(size) if ratings.times is None else ratings.times, pairs))
    last = np.ones(size, dtype=np.bool_)
    last[:-1] = np.diff(pairs[order]) != 0
    kept = np.zeros(size, dtype=np.bool_)
    kept[order[last]] = True
    return ratings.select(kept)
