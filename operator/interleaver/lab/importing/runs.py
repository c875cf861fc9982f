"""TREC's runs, `301 Q0 FBIS3-10082 1 13.7 bm25`: what a system that is no server any more ranked for each query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from interleaver.lab.importing.numbers import read_number, read_whole
from interleaver.lab.importing.qrels import GAP
from interleaver.lab.terms.unusable import Place, Unusable

FIELDS: Final = "6 fields: query, Q0, document, rank, score, name of the run"
Order = Literal["rank", "score"]


@dataclass(frozen=True)
class Entry:
    """One line of a run."""

    line: int
    document: str
    rank: int
    score: float


@dataclass(frozen=True)
class Run:
    """Each query's documents, best first, none twice: the best place is kept."""

    lists: Mapping[str, Sequence[str]]
    again: Mapping[str, int]
    """How many entries of a query were left out because the document stood higher; queries without one are not in."""
    disordered: int
    """Queries in which ranks and scores say two different orders."""


def read_run(lines: Iterable[tuple[int, str]], file: str, order: Order) -> Run:
    """A run in the order of its ranks, as it was shown, or of its scores, as trec_eval reads it. Raises Unusable.

    trec_eval overlooks ranks and orders equal scores by the document's name from the end of the alphabet; here equal
    scores keep the order of the file, and equal ranks are refused.
    """
    entries: dict[str, list[Entry]] = {}
    for line, text in lines:
        query, entry = read_entry(text, file, line)
        entries.setdefault(query, []).append(entry)
    if not entries:
        raise Unusable(file, "no line", FIELDS)
    lists, again, disordered = {}, {}, 0
    for query, listed in entries.items():
        by_rank = sorted(listed, key=lambda entry: entry.rank)
        chosen = by_rank if order == "rank" else sorted(listed, key=lambda entry: -entry.score)
        if order == "rank":
            check_ranks(by_rank, query, file)
        lists[query] = list(dict.fromkeys(entry.document for entry in chosen))
        if len(lists[query]) < len(listed):
            again[query] = len(listed) - len(lists[query])
        disordered += any(after.score > before.score for before, after in pairwise(by_rank))
    return Run(lists, again, disordered)


def read_entry(text: str, file: str, line: int) -> tuple[str, Entry]:
    """Query and entry of one line. Raises Unusable."""
    words = GAP.split(text)
    if len(words) != 6:
        raise Unusable(Place(file, line=line), f"{len(words)} fields", FIELDS)
    rank = read_whole(words[3], (file, line, "rank"), "a rank is a whole number")
    score = read_number(words[4], (file, line, "score"), "a score is a finite number")
    return words[0], Entry(line, words[2], rank, score)


def check_ranks(listed: Sequence[Entry], query: str, file: str) -> None:
    """Raises Unusable where two documents have one rank: what stood higher is not told then."""
    for before, after in pairwise(listed):
        if before.rank == after.rank:
            found = f"rank {after.rank} of query {query}, as in line {before.line}"
            raise Unusable(Place(file, line=after.line, field="rank"), found, "--order score orders by scores")
