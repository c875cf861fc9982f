"""Reads a suite: everything that could be wrong with one is found here, before anything is asked."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from interleaver.lab.suites.cases import make_query_cases, make_sample_cases, take_queries, take_samples
from interleaver.lab.suites.description import (
    RankingDescription,
    ScoringDescription,
    read_description,
    spell_description,
)
from interleaver.lab.suites.digest import digest_columns, is_empty
from interleaver.lab.suites.json_lines import read_json_lines
from interleaver.lab.suites.judging import make_judgments, take_judgments
from interleaver.lab.suites.metadata import make_items, take_items
from interleaver.lab.suites.parquet import read_parquet
from interleaver.lab.suites.pictures import digest_pictures
from interleaver.lab.suites.suite import ScoringContract, Suite
from interleaver.lab.suites.tables import FORMS, Table, find_tables
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

# A header may name the unit, so that it is sent, too.
ASKED: Final = ("query", "sample", "unit", "request", "headers", "input", "picture")


def read_suite(folder: Path) -> Suite:
    """The suite in a folder. Raises Unusable with file, row, column, what was found and what to do."""
    if not folder.is_dir():
        raise Unusable(str(folder), "is no folder", "a suite is a folder with a suite.yaml")
    description = read_description(folder)
    paths = find_tables(folder, description.task)
    if isinstance(description, RankingDescription):
        return read_ranking(folder, description, paths)
    return read_scoring(folder, description, paths)


def read_ranking(folder: Path, description: RankingDescription, paths: Mapping[str, Path]) -> Suite:
    """A suite of queries and judgments."""
    table = read_table(folder, "judgments", paths)
    columns = {"queries": take_queries(read_table(folder, "queries", paths))}
    columns["judgments"] = take_judgments(table, description.maximum_grade)
    if "items" in paths:
        columns["items"] = take_items(read_table(folder, "items", paths))
    return Suite(
        folder,
        description.name,
        Task.RANKING,
        description.contract,
        make_query_cases(columns["queries"]),
        digest_suite(spell_description(description), columns),
        judgments=make_judgments(table, columns["judgments"], columns["queries"]["query"]),
        items=make_items(columns["items"]) if "items" in paths else None,
        maximum_grade=description.maximum_grade,
        unjudged_unwanted=description.unjudged == "unwanted",
        collected_at=description.collected_at,
        asked=digest_suite(b"", {"queries": take_asked(columns["queries"])}),
    )


def read_scoring(folder: Path, description: ScoringDescription, paths: Mapping[str, Path]) -> Suite:
    """A suite of samples with labels."""
    columns = take_samples(read_table(folder, "samples", paths))
    contract = ScoringContract(**description.contract.model_dump())
    pictures = digest_pictures(folder, columns["picture"])
    return Suite(
        folder,
        description.name,
        Task.SCORING,
        contract,
        make_sample_cases(columns, folder, contract.input),
        digest_suite(spell_description(description) + pictures, {"samples": columns}),
        threshold=description.threshold,
        collected_at=description.collected_at,
        asked=digest_suite(pictures, {"samples": take_asked(columns)}),
    )


def take_asked(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say what a server is sent, and for which case."""
    return {name: columns[name] for name in ASKED if name in columns}


def read_table(folder: Path, name: str, paths: Mapping[str, Path]) -> Table:
    """One table. Raises Unusable where it is not there or cannot be read."""
    if name not in paths:
        raise Unusable(str(folder), f"has no table {name}", f"add {' or '.join(name + form for form in FORMS)}")
    read = read_parquet if paths[name].suffix == ".parquet" else read_json_lines
    try:
        return read(paths[name], name)
    except OSError as error:
        raise Unusable(str(paths[name]), f"cannot be read: {error.strerror}") from None


def digest_suite(said: bytes, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """SHA-256 over a description and all tables, in hex. What is missing in all rows is as good as not there."""
    whole = hashlib.sha256(said)
    for name in sorted(tables):
        full = {key: column for key, column in tables[name].items() if not is_empty(column)}
        whole.update(f"{name};".encode() + digest_columns(full))
    return whole.hexdigest()
