"""Reads LETOR and SVMrank files: `2 qid:7 1:0.2 3:0.5 # docid = GX029`."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.importing.numbers import NUMBER, read_grade, read_number, read_whole
from interleaver.lab.terms.unusable import Place, Unusable

LINE: Final = "write it as `2 qid:7 1:0.2 3:0.5 # docid = GX029-35`"
DOCID: Final = re.compile(r"docid\s*=\s*(\S+)")
FEATURES: Final = re.compile(rf"[0-9]{{1,6}}:{NUMBER.pattern}(?: [0-9]{{1,6}}:{NUMBER.pattern})*")
WIDEST: Final = 100_000  # features; a greater index is a slip, and each document would be sent as wide


@dataclass(frozen=True, eq=False)
class Document:
    """One line: what the query's judge said of a document, and its features."""

    line: int
    grade: float
    query: str
    name: str | None
    places: NDArray[np.int64]
    """Rising places of the features that the line has; the others are 0."""
    features: NDArray[np.float64]


@dataclass
class Query:
    """The documents of one qid, by the text of their ids, in the order of the file."""

    line: int
    documents: dict[str, Document] = field(default_factory=dict)


def read_document(text: str, file: str, line: int, base: int, greatest: float | None) -> Document:
    """One line of a file whose feature indices begin at `base`. Raises Unusable."""
    data, _, comment = text.partition("#")
    words = data.split()
    grade = read_grade(words[0], (file, line, "grade"), greatest)
    if len(words) < 2 or not words[1].startswith("qid:") or words[1] == "qid:":
        found = f"{words[1]!r} where the qid stands" if len(words) > 1 else "no qid"
        raise Unusable(Place(file, line=line, field="qid"), found, f"each line says whose document it is; {LINE}")
    features = read_features(words[2:], base) or read_slowly(words[2:], file, line, base)
    places, values = np.array(features[0], dtype=np.int64), np.array(features[1], dtype=np.float64)
    return Document(line, grade, words[1].removeprefix("qid:"), find_name(comment), places, values)


def read_features(words: Sequence[str], base: int) -> tuple[list[int], list[float]] | None:
    """Places from 0 and values of features, a whole line at once; None where something about them is wrong."""
    text = " ".join(words)
    if not FEATURES.fullmatch(text):
        return None
    parts = text.replace(":", " ").split(" ")
    places, values = [int(part) - base for part in parts[0::2]], [float(part) for part in parts[1::2]]
    rising = all(before < after for before, after in pairwise(places))
    sound = rising and places[0] >= 0 and places[-1] < WIDEST and all(map(math.isfinite, values))
    return (places, values) if sound else None


def read_slowly(words: Iterable[str], file: str, line: int, base: int) -> tuple[list[int], list[float]]:
    """The same word by word. Raises Unusable for an index below the base, or one that does not rise."""
    features: dict[int, float] = {}
    last = base - 1
    for word in words:
        index, colon, value = word.partition(":")
        place = Place(file, line=line, field=f"feature {index}")
        if not colon:
            raise Unusable(Place(file, line=line), f"{word!r} is no feature", LINE)
        number = read_whole(index, place, LINE)
        if number < base:
            raise Unusable(place, f"index {number}, and indices begin at {base}", "--base 0 says that they begin at 0")
        if number <= last:
            raise Unusable(place, f"index {number} after {last}", "indices rise, each stands once")
        if number >= WIDEST + base:
            raise Unusable(place, f"index {number}", f"at most {WIDEST} features")
        features[number - base] = read_number(value, place, "a feature is a finite number")
        last = number
    return list(features), list(features.values())


def find_name(comment: str) -> str | None:
    """The document's id in the comment: after `docid =`, else the comment's only word."""
    found = DOCID.search(comment)
    words = comment.split()
    return found[1] if found else words[0] if len(words) == 1 else None


def read_queries(
    lines: Iterable[tuple[int, str]], file: str, base: int, greatest: float | None = None
) -> Mapping[str, Query]:
    """The queries of a file by qid, no grade above the greatest. Lines that are a comment as a whole are skipped.
    Raises Unusable."""
    queries: dict[str, Query] = {}
    last: Document | None = None
    for line, text in lines:
        if text.startswith("#"):
            continue
        document = read_document(text, file, line, base, greatest)
        if last is not None and (last.name is None) != (document.name is None):
            has, had = ("a docid", "none") if last.name is None else ("no docid", "one")
            raise Unusable(
                Place(file, line=line), f"{has}, and line {last.line} has {had}", "all lines have one, or none has"
            )
        add(queries, document, file, last)
        last = document
    if last is None:
        raise Unusable(file, "no document", LINE)
    return queries


def add(queries: dict[str, Query], document: Document, file: str, last: Document | None) -> None:
    """Add a document to its query. Raises Unusable for a query that comes again, and for a document that does."""
    known = queries.get(document.query)
    if known is not None and last is not None and last.query != document.query:
        found = f"query {document.query} began in line {known.line} and comes again"
        raise Unusable(Place(file, line=document.line, field="qid"), found, "the lines of a query follow each other")
    query = queries.setdefault(document.query, Query(document.line))
    name = str(len(query.documents) + 1) if document.name is None else document.name
    twin = query.documents.setdefault(name, document)
    if twin is not document:
        found = f"document {name} of query {document.query}, which stands in line {twin.line}"
        raise Unusable(Place(file, line=document.line, field="docid"), found, "a document stands once in a query")
