"""Ways to break a sound suite at one place."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .folders import JUDGMENTS, QUERIES, RANKING, SAMPLES, SCORING, make_ranking, make_scoring, write_lines


@dataclass(frozen=True)
class Bad:
    """One way to be wrong: `make` puts it into a new folder below the one it is given; `said` is in the words."""

    file: str
    wrong: str
    said: str
    make: Callable[[Path], Path]


def describe(file: str, wrong: str, said: str, **changes: Any) -> Bad:
    """A suite.yaml with other keys; a key that is None is left out."""
    base = SCORING if file == "suite.yaml (scoring)" else RANKING
    whole = {key: value for key, value in (base | changes).items() if value is not None}

    def make(folder: Path) -> Path:
        place = make_scoring(folder) if base is SCORING else make_ranking(folder)
        (place / "suite.yaml").write_text(json.dumps(whole))
        return place

    return Bad("suite.yaml", wrong, said, make)


def write(name: str, content: str | bytes, wrong: str, said: str) -> Bad:
    """A ranking suite in which a file has other content."""

    def make(folder: Path) -> Path:
        place = make_ranking(folder)
        (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    return Bad(name, wrong, said, make)


def row(name: str, changes: dict[str, Any] | str, wrong: str, said: str) -> Bad:
    """JSON lines whose second row has other keys; one that is ... is left out. A text stands as the line."""
    rows: list[dict[str, Any]] = {"queries": QUERIES, "judgments": JUDGMENTS, "samples": SAMPLES}[name]

    def make(folder: Path) -> Path:
        place = make_scoring(folder) if name == "samples" else make_ranking(folder)
        broken = changes if isinstance(changes, str) else {k: v for k, v in (rows[1] | changes).items() if v is not ...}
        write_lines(place / f"{name}.jsonl", [rows[0], broken, *rows[2:]])
        return place

    return Bad(f"{name}.jsonl", wrong, said, make)


def column(name: str, column: str, values: Any, wrong: str, said: str) -> Bad:
    """Parquet in which one column has other values."""

    def make(folder: Path) -> Path:
        place = make_scoring(folder, "parquet") if name == "samples" else make_ranking(folder, "parquet")
        path = place / f"{name}.parquet"
        table = pq.read_table(path, partitioning=None)
        kept = table.drop_columns([column]) if column in table.column_names else table
        pq.write_table(kept if values is None else kept.append_column(column, pa.array(values)), path)
        return place

    return Bad(f"{name}.parquet", wrong, said, make)


def change(name: str, wrong: str, said: str, act: Callable[[Path], object], *, scoring: bool = False) -> Bad:
    """Anything else that is done to a sound suite's folder."""

    def make(folder: Path) -> Path:
        place = make_scoring(folder) if scoring else make_ranking(folder)
        act(place)
        return place

    return Bad(name, wrong, said, make)


def picture(path: str, wrong: str, said: str) -> Bad:
    """A sample whose picture is at a path."""

    def act(folder: Path) -> None:
        (folder.parent / "outside.png").write_bytes(b"x")
        (folder / "link.png").symlink_to(folder.parent / "outside.png")
        (folder / "away").symlink_to(folder.parent)
        changed = {key: value for key, value in SAMPLES[1].items() if key != "input"} | {"picture": path}
        write_lines(folder / "samples.jsonl", [SAMPLES[0], changed])

    return change("samples.jsonl", wrong, said, act, scoring=True)


def turn_into_folder(file: Path) -> None:
    """A folder in the place of a file."""
    file.unlink()
    file.mkdir()


def damage(folder: Path, name: str) -> Path:
    """The folder, in whose Parquet a bit of the first page flipped on the way."""
    page = pq.read_metadata(folder / name).row_group(0).column(0)
    data = bytearray((folder / name).read_bytes())
    data[page.dictionary_page_offset + page.total_compressed_size // 4] ^= 1
    return put(folder, name, bytes(data))


def twice(folder: Path) -> Path:
    """The folder, in whose judgments a column stands twice."""
    table = pq.ParquetFile(folder / "judgments.parquet").read()
    pq.write_table(table.append_column("gain", table["gain"]), folder / "judgments.parquet")
    return folder


def put(folder: Path, name: str, data: bytes) -> Path:
    """The folder, in which a file has other bytes."""
    (folder / name).write_bytes(data)
    return folder
