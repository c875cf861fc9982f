"""Judgments in JSON lines, read quickly. What is not sound for it is read again, the way that has words for it."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa

from interleaver.lab.suites.spelling import read_item


class _Judgment(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    query: str
    item: msgspec.Raw
    gain: float


_DECODER: Final = msgspec.json.Decoder(_Judgment)
_KEYS: Final = (b'"query"', b'"item"', b'"gain"')


class QuickJudgments:
    """Reads blocks of lines, and remembers the spelling of every item that it met."""

    def __init__(self) -> None:
        self._spellings: dict[bytes, str] = {}

    def read(self, lines: Sequence[bytes]) -> dict[str, Any] | None:
        """The columns of some lines; None where something about them is not sound, or not simple."""
        block = b"".join(lines)
        try:
            rows = _DECODER.decode_lines(block)
            items = self.spell([bytes(row.item) for row in rows])
        except (ValueError, RecursionError):
            return None
        # A line with two objects, and an object with a key twice, are sound for the decoder alone.
        if len(rows) != len(lines) or any(block.count(key) > len(rows) for key in _KEYS):
            return None
        queries = pa.array([row.query for row in rows], pa.large_string())
        return {"query": queries, "item": items, "gain": pa.array([row.gain for row in rows], pa.float64())}

    def spell(self, texts: Sequence[bytes]) -> Any:
        """The items' spellings. Raises ValueError where a text is no id."""
        for text in set(texts).difference(self._spellings):
            self._spellings[text] = read_item(text.decode())
        return pa.array([self._spellings[text] for text in texts], pa.large_string())
