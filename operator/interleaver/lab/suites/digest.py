"""The digest of a suite: equal exactly if its description and the rows of its tables are, in whatever form they are."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from interleaver.lab.terms.labels import Labels


def digest_columns(columns: Mapping[str, Any]) -> bytes:
    """SHA-256 over columns in the order of their names: texts, codes, numbers."""
    whole = hashlib.sha256()
    for name in sorted(columns):
        parts = split(columns[name])
        for part in (np.frombuffer(name.encode(), dtype=np.uint8), *parts):
            whole.update(f"{part.dtype.str} {len(part)};".encode())
            whole.update(np.ascontiguousarray(part).data)
    return whole.digest()


def split(column: Any) -> tuple[Any, ...]:
    """What a column consists of, as arrays."""
    if isinstance(column, Labels):
        return (column.codes, *split_text(pa.array(column.names, pa.large_string())))
    return split_text(column) if isinstance(column, pa.Array) else (column,)


def is_empty(column: Any) -> bool:
    """Whether a value is missing in all rows, which is as good as no column."""
    return not column.names if isinstance(column, Labels) else getattr(column, "null_count", 0) == len(column)


def split_text(column: Any) -> tuple[Any, Any]:
    """The length of each text in bytes, -1 where it is missing, and all bytes in a row: no two columns share both."""
    lengths = pc.fill_null(pc.binary_length(column), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    joined = column.drop_null().cast(pa.large_binary())
    _, offsets, data = joined.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64, count=len(joined) + 1, offset=joined.offset * 8)
    content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    return lengths, content[ends[0] : ends[-1]]
