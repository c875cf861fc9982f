"""Suites out of LETOR and SVMrank files."""

import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_svmlight_file

from interleaver.lab.importing.draft import Draft
from interleaver.lab.importing.letor import read_queries
from interleaver.lab.importing.letor_suite import NAMES, draft_letor
from interleaver.lab.importing.lines import split_lines
from interleaver.lab.importing.template import read_template
from interleaver.lab.terms.unusable import Unusable

# The first two lines are in the form of LETOR 4.0 (Qin and Liu, arXiv:1306.2597), the others in that of SVMrank.
LETOR = b"""2 qid:10032 1:0.056537 3:0.5 #docid = GX029-35-5894638 inc = 0.0119881192468859 prob = 0.139842
0 qid:10032 2:1 #docid = GX030-77-6315042 inc = 1 prob = 0.341364

# a comment
1.0 qid:7 1:-2e-1 2:0 4:3 # 1A
-1 qid:7 # 1B
"""


def import_bytes(data: bytes, base: int = 1, request: str = '{"documents": {documents}}') -> Draft:
    queries = read_queries(split_lines(data, "train.txt"), "train.txt", base)
    return draft_letor(queries, read_template(request, NAMES), base, 4.0)


def requests(draft: Draft) -> list[object]:
    return [json.loads(request) for request in draft.cases.column("request").to_pylist()]


def test_each_qid_is_a_query_and_its_documents_are_the_request() -> None:
    draft = import_bytes(LETOR)
    assert draft.cases.column("query").to_pylist() == ["10032", "7"]
    assert requests(draft)[1] == {
        "documents": [{"id": "1A", "features": [-0.2, 0.0, 0.0, 3.0]}, {"id": "1B", "features": [0.0] * 4}]
    }


def test_document_ids_are_kept_and_grades_are_the_gains() -> None:
    draft = import_bytes(LETOR)
    assert draft.judgments is not None
    assert [tuple(row.values()) for row in draft.judgments.to_pylist()] == [
        ("10032", '"GX029-35-5894638"', 2.0),
        ("10032", '"GX030-77-6315042"', 0.0),
        ("7", '"1A"', 1.0),
        ("7", '"1B"', 0.0),
    ]
    assert draft.notes == {"negative grades count as 0": 1}
    assert draft.maximum_grade == 4.0


def test_documents_without_ids_are_named_by_their_place_in_the_query() -> None:
    draft = import_bytes(b"1 qid:1 1:1\n0 qid:1 1:2\n1 qid:2 1:3\n", request='{"ids": {ids}, "rows": {features}}')
    assert requests(draft) == [{"ids": ["1", "2"], "rows": [[1.0], [2.0]]}, {"ids": ["1"], "rows": [[3.0]]}]
    assert "items are the places of the documents in their query, from 1" in draft.told


def test_the_base_of_the_features_is_what_is_said_whatever_the_file_holds() -> None:
    data = b"1 qid:1 1:5 2:6\n"
    assert requests(import_bytes(data, 1, '{"f": {features}}')) == [{"f": [[5.0, 6.0]]}]
    assert requests(import_bytes(data, 0, '{"f": {features}}')) == [{"f": [[0.0, 5.0, 6.0]]}]


def test_features_are_those_of_another_reader() -> None:
    matrix, grades, qids = load_svmlight_file(io.BytesIO(LETOR), query_id=True, zero_based=False)
    draft = import_bytes(LETOR, request='{"f": {features}}')
    ours = [row for request in requests(draft) for row in request["f"]]  # type: ignore[index]
    assert np.array_equal(np.asarray(ours), matrix.toarray())
    assert draft.judgments is not None
    assert draft.judgments.column("gain").to_pylist() == np.maximum(grades, 0).tolist()
    assert [int(query) for query in draft.judgments.column("query").to_pylist()] == qids.tolist()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"2 1:0.2 # docid = a\n", "line 1, qid: '1:0.2' where the qid stands; each line says whose document it is"),
        (b"1 qid:1 1:1\n\n2\n", "line 3, qid: no qid; each line says whose document it is"),
        (b"2 qid: 1:0.2\n", "line 1, qid: 'qid:' where the qid stands"),
        (b"good qid:1 1:1\n", "line 1, grade: 'good' is no finite number"),
        (b"nan qid:1 1:1\n", "line 1, grade: 'nan' is no finite number"),
        (b"1 qid:1 0:1\n", "line 1, feature 0: index 0, and indices begin at 1; --base 0 says that they begin at 0"),
        (b"1 qid:1 1:1 1:2\n", "line 1, feature 1: index 1 after 1; indices rise, each stands once"),
        (b"1 qid:1 2:1 1:2\n", "line 1, feature 1: index 1 after 2; indices rise, each stands once"),
        (b"1 qid:1 1:nan\n", "line 1, feature 1: 'nan' is no finite number; a feature is a finite number"),
        (b"1 qid:1 1:\n", "line 1, feature 1: '' is no finite number; a feature is a finite number"),
        (b"1 qid:1 1\n", "line 1: '1' is no feature; write it as"),
        (b"1 qid:1 cost:1\n", "line 1, feature cost: 'cost' is no whole number; write it as"),
        (b"1 qid:1 9999999:1\n", "line 1, feature 9999999: index 9999999; at most 100000 features"),
        (b"1 qid:1\n1 qid:2\n1 qid:1\n", "line 3, qid: query 1 began in line 1 and comes again; the lines of a query"),
        (b"1 qid:1 # a\n1 qid:1 # a\n", "line 2, docid: document a of query 1, which stands in line 1; a document"),
        (b"1 qid:1 # a\n1 qid:1\n", "line 2: no docid, and line 1 has one; all lines have one, or none has"),
        (b"# nothing\n", "train.txt: no document; write it as"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_with_its_number(data: bytes, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        import_bytes(data)
    assert str(caught.value).removeprefix("train.txt, ").startswith(words)


def test_byte_order_mark_tabs_and_line_ends_of_windows_change_nothing() -> None:
    odd = b"\xef\xbb\xbf" + LETOR.replace(b"\n", b"\r\n").replace(b" 1:", b"\t1:")
    assert import_bytes(odd) == import_bytes(LETOR)


NUMBER = st.floats(allow_nan=False, allow_infinity=False)


ROW = st.tuples(st.integers(0, 4), st.lists(NUMBER, min_size=3, max_size=3))


@given(st.lists(st.lists(ROW, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_is_written_comes_back(queries: list[list[tuple[int, list[float]]]]) -> None:
    lines = [
        f"{grade} qid:{number} "
        + " ".join(f"{at}:{value!r}" for at, value in enumerate(row, 1))
        + f" #docid = d{place}"
        for number, query in enumerate(queries)
        for place, (grade, row) in enumerate(query)
    ]
    draft = import_bytes("\n".join(lines).encode(), request='{"ids": {ids}, "f": {features}}')
    assert requests(draft) == [
        {"ids": [f"d{place}" for place in range(len(query))], "f": [row for _, row in query]} for query in queries
    ]
    assert draft.judgments is not None
    assert draft.judgments.column("gain").to_pylist() == [grade for query in queries for grade, _ in query]
