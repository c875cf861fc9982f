"""What is told of users by their history alone: how active they are, and what they favour. Slices are cut by it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# MovieLens writes this where an item has none.
NO_GENRE: Final = "(no genres listed)"
# A title of MovieLens ends with the year.
YEAR: Final = re.compile(r"\(([0-9]{4})\)\s*$")
ACTIVITIES: Final = ("few", "some", "many")


@dataclass(frozen=True)
class History:
    """Ratings that are not held out, as codes of users and items."""

    users: NDArray[np.int64]
    items: NDArray[np.int64]
    ratings: NDArray[np.float64]


@dataclass(frozen=True)
class Traits:
    """What is known of items: for each code its traits, as codes into `names`."""

    items: NDArray[np.int64]
    traits: NDArray[np.int64]
    names: tuple[str, ...]


def gather_traits(values: Sequence[Sequence[str]]) -> Traits:
    """Traits of all items, in the order of their codes; names are sorted, so that ties go by the alphabet."""
    names = tuple(sorted({trait for each in values for trait in each}))
    codes = {name: code for code, name in enumerate(names)}
    items = np.repeat(np.arange(len(values)), [len(each) for each in values])
    return Traits(items, np.asarray([codes[trait] for each in values for trait in each], dtype=np.int64), names)


def list_genres(text: str | None) -> list[str]:
    """The genres of an item, which stand between bars."""
    return (
        [] if text is None or text == NO_GENRE else sorted({each.strip() for each in text.split("|") if each.strip()})
    )


def find_decade(year: str | None, title: str | None) -> list[str]:
    """The decade of an item, `1990s`, by its year, else by the year at the end of its title."""
    if year is not None and re.fullmatch(r"[0-9]{4}", year):
        return [f"{year[:3]}0s"]
    found = YEAR.search(title or "")
    return [f"{found[1][:3]}0s"] if found else []


def tell_activity(history: History, users: int) -> tuple[pa.Array, tuple[int, int]]:
    """Each user's activity, by thirds of the users, and up to how many ratings are few and some."""
    counts = np.bincount(history.users, minlength=users)
    few, some = (int(bound) for bound in np.quantile(counts, (1 / 3, 2 / 3), method="inverted_cdf"))
    codes = (counts > few).astype(np.int8) + (counts > some)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(ACTIVITIES)).cast(pa.string()), (few, some)


def tell_favourite(history: History, users: int, traits: Traits) -> pa.Array:
    """The trait that each user favours: the one with the greatest sum of ratings above the user's own mean.

    A count would call nearly everybody a friend of drama, which is what there is most of. A user without a history
    that has a trait has no favourite.
    """
    counts = np.bincount(history.users, minlength=users)
    means = np.bincount(history.users, history.ratings, users) / np.maximum(counts, 1)
    rows, columns = match(history.items, traits)
    if not len(rows):
        return pa.nulls(users, pa.string())
    cells, places = np.unique(history.users[rows] * len(traits.names) + columns, return_inverse=True)
    # Sums of the same numbers in another order differ in the last places, which must not decide a tie.
    liking = np.round(np.bincount(places, (history.ratings - means[history.users])[rows]), 9)
    whose, which = np.divmod(cells, len(traits.names))
    order = np.lexsort((which, -liking, whose))
    known, first = np.unique(whose[order], return_index=True)
    best = np.full(users, -1, dtype=np.int64)
    best[known] = which[order][first]
    return pa.array(traits.names, pa.string()).take(pa.array(best, mask=best < 0))


def match(items: NDArray[np.int64], traits: Traits) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A row for each rating and trait of its item: which rating it is, and the code of the trait."""
    counts = np.bincount(traits.items, minlength=int(items.max(initial=-1)) + 1)
    starts = np.concatenate(([0], np.cumsum(counts)))
    lengths = counts[items]
    rows = np.repeat(np.arange(len(items)), lengths)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return rows, traits.traits[starts[items[rows]] + within]
