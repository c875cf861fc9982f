"""TREC's qrels, `301 0 FBIS3-10082 1`, and topics: what was asked, and which documents are worth what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from interleaver.lab.importing.draft import Draft, make_judgments
from interleaver.lab.importing.numbers import read_grade
from interleaver.lab.importing.template import Template
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Place, Unusable

FIELDS: Final = "4 fields: query, iteration, document, grade"
# Names of what a request may be made of; the text is there where topics are.
NAMES: Final = ("query", "text")
# Fields stand apart by spaces and tabs. Python's own division would also divide at spaces of other scripts.
GAP: Final = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Qrels:
    """Grades by query and document, in the order of the file."""

    grades: Mapping[str, Mapping[str, float]]
    again: int = 0
    """Lines that said again what another line said."""


def read_qrels(lines: Iterable[tuple[int, str]], file: str, greatest: float | None = None) -> Qrels:
    """The judgments of a file, none above the greatest grade. A pair may come again with the same. Raises Unusable."""
    grades: dict[str, dict[str, float]] = {}
    seen: dict[tuple[str, str], int] = {}
    again = 0
    for line, text in lines:
        words = GAP.split(text)
        if len(words) != 4:
            raise Unusable(Place(file, line=line), f"{len(words)} fields", FIELDS)
        query, _, document, grade = words
        number = read_grade(grade, (file, line, "grade"), greatest)
        first = seen.setdefault((query, document), line)
        again += first != line
        if grades.setdefault(query, {}).setdefault(document, number) != number:
            found = f"grade {grade} of {document} for query {query}, and another in line {first}"
            raise Unusable(Place(file, line=line, field="grade"), found, "one grade for each pair")
    if not grades:
        raise Unusable(file, "no judgment", FIELDS)
    return Qrels(grades, again)


def read_topics(lines: Iterable[tuple[int, str]], file: str) -> Mapping[str, str]:
    """What each query asks, from lines of query, tab, text. Raises Unusable."""
    topics: dict[str, str] = {}
    for line, text in lines:
        query, tab, asked = text.partition("\t")
        if not tab or not asked.strip():
            wanted = "query, tab, text; topics in tags are turned into that first"
            raise Unusable(Place(file, line=line), "no tab with a text behind it", wanted)
        if query.strip() in topics:
            raise Unusable(Place(file, line=line), f"query {query.strip()} again", "one line for each query")
        topics[query.strip()] = asked.strip()
    return topics


def draft_trec(qrels: Qrels, topics: Mapping[str, str] | None, template: Template, greatest: float | None) -> Draft:
    """The suite of these judgments. With topics, those that nobody judged are queries, too. Raises Unusable."""
    queries = list(qrels.grades) if topics is None else list(topics)
    check_topics(qrels, topics, template)
    texts = topics or {}
    requests = [template.fill({"query": query, "text": texts.get(query, "")}) for query in queries]
    cases = {
        "query": pa.array(queries, pa.string()),
        "request": pa.array(requests, pa.string()),
        "source": pa.array(["benchmark"] * len(queries), pa.string()),
    }
    rows = [(query, name, grade) for query, graded in qrels.grades.items() for name, grade in graded.items()]
    judgments = make_judgments(
        [query for query, _, _ in rows],
        [spell_id(name) for _, name, _ in rows],
        [max(grade, 0.0) for _, _, grade in rows],
    )
    notes = {
        "lines say again what another line says": qrels.again,
        "negative grades count as 0": sum(grade < 0 for _, _, grade in rows),
        "topics that nobody judged are queries without judgments": len(set(queries) - set(qrels.grades)),
    }
    return Draft(Task.RANKING, pa.table(cases), judgments, maximum_grade=greatest, notes=notes)


def check_topics(qrels: Qrels, topics: Mapping[str, str] | None, template: Template) -> None:
    """Raises Unusable where a request asks for a text that nobody gave."""
    if topics is None:
        if "text" in template.names:
            raise Unusable("--request", "{text} stands for the topic's text", "give --topics")
        return
    lost: Sequence[str] = [query for query in qrels.grades if query not in topics]
    if lost:
        raise Unusable("--topics", f"no topic for {len(lost)} judged queries, among them {lost[0]}", "a line for each")
