"""Headers of single queries: what may be sent beside what the lab sends itself."""

import json
import re
from typing import Any, Final

from interleaver.api.http import HEADER_PATTERN
from interleaver.lab.suites.rows import HEADER_VALUE_PATTERN
from interleaver.lab.suites.tables import Table
from interleaver.lab.suites.wording import shorten

OWN: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect", "te"})
_NAME: Final = re.compile(HEADER_PATTERN)
_VALUE: Final = re.compile(HEADER_VALUE_PATTERN)


def check_headers(table: Table, column: Any) -> None:
    """Raises Unusable for what cannot be sent as a header, and for those that the lab sends itself."""
    encoded = column.dictionary_encode()
    for index, text in enumerate(encoded.dictionary.to_pylist()):
        for name, value in json.loads(text).items():
            found, wanted = find_fault(name, value)
            if found:
                raise table.refuse(encoded.indices.index(index).as_py(), f"headers.{name}", found, wanted)


def find_fault(name: str, value: str) -> tuple[str, str]:
    """What is wrong with a header, and what to do; both empty where nothing is."""
    if not _NAME.fullmatch(name):
        return "is no name of a header", "letters, digits and dashes are taken"
    if name.lower() in OWN:
        return "is a header that the lab sends itself", "leave it out"
    if not _VALUE.fullmatch(value):
        return f"found {shorten(value)}", "a value without line breaks, and without spaces at its ends, is wanted"
    return "", ""
