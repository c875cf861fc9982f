"""Suites out of qrels and topics, and rankings out of runs."""

import io
import json

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.draft import Draft
from interleaver.lab.importing.lines import split_lines
from interleaver.lab.importing.qrels import NAMES, Qrels, draft_trec, read_qrels, read_topics
from interleaver.lab.importing.runs import Order, Run, read_run
from interleaver.lab.importing.template import read_template
from interleaver.lab.terms.unusable import Unusable

QRELS = b"301 0 FBIS3-10082 1\n301 0 FBIS3-10169 0\n302\t0\tFR940126-2-00106\t2\n"
RUN = b"301 Q0 b 1 9.5 bm25\n301 Q0 a 2 9 bm25\n302 Q0 c 1 -1e-3 bm25\n"


def qrels_of(data: bytes) -> Qrels:
    return read_qrels(split_lines(data, "qrels.txt"), "qrels.txt")


def run_of(data: bytes, order: Order = "rank") -> Run:
    return read_run(split_lines(data, "run.txt"), "run.txt", order)


def import_bytes(data: bytes, topics: bytes | None = None, request: str = "/query") -> Draft:
    read = None if topics is None else read_topics(split_lines(topics, "topics.tsv"), "topics.tsv")
    return draft_trec(qrels_of(data), read, read_template(request, NAMES), None)


def test_each_topic_is_a_query_with_the_judged_documents() -> None:
    draft = import_bytes(QRELS)
    assert draft.cases.column("request").to_pylist() == ['{"query": "301"}', '{"query": "302"}']
    assert draft.judgments is not None
    assert [tuple(row.values()) for row in draft.judgments.to_pylist()] == [
        ("301", '"FBIS3-10082"', 1.0),
        ("301", '"FBIS3-10169"', 0.0),
        ("302", '"FR940126-2-00106"', 2.0),
    ]


def test_topics_give_requests_their_text_and_unjudged_ones_are_queries_too() -> None:
    draft = import_bytes(QRELS, b"301\tInternational crime\n302\tPolio\n303\tHubble\n", '{"q": {text}}')
    assert [json.loads(each)["q"] for each in draft.cases.column("request").to_pylist()] == [
        "International crime",
        "Polio",
        "Hubble",
    ]
    assert draft.notes["topics that nobody judged are queries without judgments"] == 1


def test_odd_spellings_of_qrels_have_one_meaning() -> None:
    odd = b"\xef\xbb\xbf\r\n301 0 a 1.0\r\n\r\n301  0\ta 1\r\n301 0 b -2"
    assert qrels_of(odd) == Qrels({"301": {"a": 1.0, "b": -2.0}}, again=1)
    draft = import_bytes(odd)
    assert draft.judgments is not None
    assert draft.judgments.column("gain").to_pylist() == [1.0, 0.0]
    assert draft.told == ("1 lines say again what another line says", "1 negative grades count as 0")


def test_a_space_of_another_script_is_part_of_a_document() -> None:
    assert qrels_of("1 0 a\u00a0b 1\n".encode()).grades == {"1": {"a\u00a0b": 1.0}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"301 0 a\n", "qrels.txt, line 1: 3 fields; 4 fields: query, iteration, document, grade"),
        (b"301 0 a b 1\n", "qrels.txt, line 1: 5 fields; 4 fields"),
        (b"\n301 0 a yes\n", "qrels.txt, line 2, grade: 'yes' is no finite number; a grade is a number"),
        (
            b"301 0 a 1\n301 0 a 2\n",
            "qrels.txt, line 2, grade: grade 2 of a for query 301, and another in line 1; one grade",
        ),
        (b"\n", "qrels.txt: no judgment; 4 fields"),
        (b"1 0 a 1\r1 0 b 1\r", "qrels.txt, line 1: 7 fields; 4 fields"),
    ],
)
def test_a_line_of_qrels_that_cannot_be_used_is_refused_with_its_number(data: bytes, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        qrels_of(data)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("topics", "request_", "words"),
    [
        (None, "/text", "--request: {text} stands for the topic's text; give --topics"),
        (b"301\ta\n", "/text", "--topics: no topic for 1 judged queries, among them 302; a line for each"),
        (b"301 a\n", "/text", "topics.tsv, line 1: no tab with a text behind it; query, tab, text"),
        (b"301\ta\n301\tb\n", "/text", "topics.tsv, line 2: query 301 again; one line for each query"),
    ],
)
def test_topics_that_do_not_fit_are_refused(topics: bytes | None, request_: str, words: str) -> None:
    template = request_ if topics is not None else '{"q": {text}}'
    with pytest.raises(Unusable) as caught:
        import_bytes(QRELS, topics, template)
    assert str(caught.value).startswith(words)


def test_a_run_is_the_order_of_its_ranks() -> None:
    assert run_of(RUN) == Run({"301": ["b", "a"], "302": ["c"]}, again={}, disordered=0)


def test_ranks_and_scores_that_disagree_are_counted_and_the_order_is_what_is_said() -> None:
    data = b"1 Q0 b 2 9 x\n1 Q0 a 1 5 x\n"
    assert run_of(data) == Run({"1": ["a", "b"]}, again={}, disordered=1)
    assert run_of(data, "score").lists == {"1": ["b", "a"]}


def test_equal_scores_keep_the_order_of_the_file() -> None:
    assert run_of(b"1 Q0 b 1 5 x\n1 Q0 c 1 5 x\n1 Q0 a 1 5 x\n", "score").lists == {"1": ["b", "c", "a"]}


def test_a_document_twice_keeps_its_better_place_and_is_counted() -> None:
    assert run_of(b"1 Q0 a 3 1 x\n1 Q0 b 2 2 x\n1 Q0 a 1 3 x\n") == Run({"1": ["a", "b"]}, again={"1": 1}, disordered=0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"1 Q0 a 1 5\n", "run.txt, line 1: 5 fields; 6 fields: query, Q0, document, rank, score, name of the run"),
        (b"1 Q0 a first 5 x\n", "run.txt, line 1, rank: 'first' is no whole number; a rank is a whole number"),
        (b"1 Q0 a 1 inf x\n", "run.txt, line 1, score: 'inf' is no finite number; a score is a finite number"),
        (b"1 Q0 a 1 5 x\n\n1 Q0 b 1 4 x\n", "run.txt, line 3, rank: rank 1 of query 1, as in line 1; --order score"),
        (b"", "run.txt: no line; 6 fields"),
    ],
)
def test_a_line_of_a_run_that_cannot_be_used_is_refused_with_its_number(data: bytes, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        run_of(data)
    assert str(caught.value).startswith(words)


WORD = st.text("abcXYZ019-_.", min_size=1, max_size=5)


@given(st.dictionaries(st.tuples(WORD, WORD), st.integers(-2, 4), min_size=1, max_size=8))
def test_qrels_are_those_of_another_reader(grades: dict[tuple[str, str], int]) -> None:
    text = "".join(f"{query} 0 {document} {grade}\n" for (query, document), grade in grades.items())
    assert qrels_of(text.encode()).grades == pytrec_eval.parse_qrel(io.StringIO(text))


@given(st.dictionaries(WORD, st.lists(WORD, min_size=1, max_size=5, unique=True), min_size=1, max_size=4))
def test_runs_are_those_of_another_reader(lists: dict[str, list[str]]) -> None:
    text = "".join(
        f"{query} Q0 {document} {rank} {100 - rank} x\n"
        for query, documents in lists.items()
        for rank, document in enumerate(documents)
    )
    scores = pytrec_eval.parse_run(io.StringIO(text))
    theirs = {query: sorted(each, key=each.get, reverse=True) for query, each in scores.items()}
    assert run_of(text.encode()).lists == run_of(text.encode(), "score").lists == theirs == lists
