"""Writes a balanced suite: the folder again, with weights, or without the cases that are left out."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interleaver.lab.suites.json_lines import read_blocks
from interleaver.lab.suites.suite import Suite
from interleaver.lab.suites.tables import find_tables
from interleaver.lab.suites.weights import NEARER, are_apart, find_beyond
from interleaver.lab.suites.writing import check_free, write_parquet
from interleaver.lab.terms.unusable import Unusable

WEIGHT = "weight"


def save_balanced(suite: Suite, weights: NDArray[np.float64], output: Path, *, subsample: bool) -> None:
    """Copy a suite's folder, and write its cases with these weights; or those alone that are not 0, without weights.

    Raises Unusable where the output is there already, or inside the suite.
    """
    if output.resolve().is_relative_to(suite.folder.resolve()):
        raise Unusable(str(output), "lies in the suite itself", "name a folder outside of it")
    check_free(output)
    if find_beyond(weights).any() or are_apart(weights):
        least, most = weights[weights > 0].min(), weights.max()
        found = f"the mix takes weights from {least:g} to {most:g}"
        raise Unusable(str(output), found, f"{NEARER}: state a mix that is nearer to the suite's")
    paths = find_tables(suite.folder, suite.task.value)
    tables = {path.name for path in paths.values()}
    shutil.copytree(suite.folder, output, dirs_exist_ok=True, ignore=lambda folder, names: tables & set(names))
    for name, path in paths.items():
        if name in ("queries", "samples"):
            rewrite_cases(path, output / path.name, weights, subsample=subsample)
        elif name == "judgments" and subsample:
            kept = {suite.cases.ids[row] for row in np.flatnonzero(weights).tolist()}
            rewrite_judgments(path, output / path.name, kept)
        else:
            shutil.copy2(path, output / path.name)


def rewrite_cases(path: Path, target: Path, weights: NDArray[np.float64], *, subsample: bool) -> None:
    """Queries or samples with other weights."""
    if path.suffix == ".parquet":
        table = pq.ParquetFile(path).read()
        kept = table.drop_columns([WEIGHT]) if WEIGHT in table.column_names else table
        changed = kept.filter(pa.array(weights > 0)) if subsample else kept.append_column(WEIGHT, pa.array(weights))
        write_parquet(changed, target)
        return
    counts = iter(weights.tolist())

    def change(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        weight = next(counts)
        rest = {key: value for key, value in row.items() if key != WEIGHT}
        return (rest if weight > 0 else None) if subsample else rest | {WEIGHT: weight}

    write_rows(target, map(change, list_rows(path)))


def rewrite_judgments(path: Path, target: Path, queries: set[str]) -> None:
    """The judgments of some queries."""
    if path.suffix == ".parquet":
        table = pq.ParquetFile(path).read()
        mask = pc.is_in(table["query"].cast(pa.string()), pa.array(sorted(queries), pa.string()))
        write_parquet(table.filter(mask), target)
        return
    write_rows(target, (row for row in list_rows(path) if row["query"] in queries))


def list_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of JSON lines, which were checked when the suite was read."""
    for lines in read_blocks(path):
        yield from (json.loads(line) for line in lines if not line.isspace())


def write_rows(target: Path, rows: Iterable[Mapping[str, Any] | None]) -> None:
    """Rows as JSON lines; None is left out."""
    with target.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows if row is not None)
