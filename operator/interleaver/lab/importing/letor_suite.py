"""The suite that LETOR and SVMrank files make: a query for each qid, its documents in the request."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from interleaver.lab.importing.draft import Draft, make_judgments
from interleaver.lab.importing.letor import Query
from interleaver.lab.importing.template import Template
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.metric import Task

# Names of what a request may be made of.
NAMES: Final = ("documents", "query", "ids", "features")


def draft_letor(queries: Mapping[str, Query], template: Template, base: int, greatest: float | None) -> Draft:
    """The suite of these queries. Features that a line leaves out are 0, as the format has it."""
    documents = [(name, document) for query in queries.values() for name, document in query.documents.items()]
    width = 1 + max((int(document.places.max(initial=-1)) for _, document in documents), default=-1)
    named = all(document.name is not None for _, document in documents)
    cases = {
        "query": pa.array(list(queries), pa.string()),
        "request": pa.array(
            [make_request(name, query, width, template) for name, query in queries.items()], pa.string()
        ),
        "source": pa.array(["benchmark"] * len(queries), pa.string()),
    }
    judgments = make_judgments(
        [document.query for _, document in documents],
        [spell_id(name) for name, _ in documents],
        [max(document.grade, 0.0) for _, document in documents],
    )
    ids = "the docids of the file" if named else "the places of the documents in their query, from 1"
    return Draft(
        Task.RANKING,
        pa.table(cases),
        judgments,
        maximum_grade=greatest,
        notes={"negative grades count as 0": sum(document.grade < 0 for _, document in documents)},
        rules=(
            f"items are {ids}",
            f"{width} features a document; index {base} of the file is the first of the request",
        ),
    )


def make_request(name: str, query: Query, width: int, template: Template) -> str:
    """The request of one query: its documents with their features, in the order of the file."""
    ids = list(query.documents)
    matrix = np.zeros((len(ids), width))
    for row, document in zip(matrix, query.documents.values(), strict=True):
        row[document.places] = document.features
    features = matrix.tolist()
    documents = [{"id": each, "features": row} for each, row in zip(ids, features, strict=True)]
    return template.fill({"query": name, "ids": ids, "features": features, "documents": documents})
