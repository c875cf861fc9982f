"""The command: a file in, one line or a list of differences out."""

import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from interleaver.api.record import RECORD_FILE, Record
from interleaver.experiment.records.verify import verify

MOST_BYTES: Final = 4 << 20  # the API server stores objects of at most 1.5 MiB


class Answer(NamedTuple):
    """What to print, and the exit code: 0 agrees, 1 does not."""

    words: str
    code: int


def verify_file(path: str) -> Answer:
    """The answer on the record in a file; `-` is standard input.

    Raises OSError when it cannot be read, and ValueError when it is no record.
    """
    document = find_record(read(path))
    try:
        differences = verify(document)
        record = Record.model_validate(document)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{path} holds no record that this version can read: {error}") from None
    what = f"{record.namespace}/{record.experiment} {record.run.id}"
    verdict = f"{record.decision.verdict}/{record.decision.reason} after {record.run.votes} votes"
    if differences:
        return Answer("\n".join([f"{what}: the record does not agree with itself:", *differences]), 1)
    return Answer(f"{what}: {verdict}, recomputed from the record: agrees", 0)


def read(path: str) -> Any:
    """The YAML or JSON in a file. Raises OSError, and ValueError when it is neither, or too long."""
    if path == "-":
        text = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(path).open("rb") as file:
            text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ValueError(f"{path} is longer than {MOST_BYTES} bytes: no record is")
    return parse(text, path)


def parse(text: bytes, path: str) -> Any:
    """YAML, of which JSON is a part. Raises ValueError."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is neither YAML nor JSON: {error}") from None


def find_record(document: Any) -> dict[str, Any]:
    """The record in a ConfigMap, in a ConfigMap's data, or as it is. Raises ValueError when there is none."""
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    if isinstance(document, dict) and RECORD_FILE in document:
        document = parse(str(document[RECORD_FILE]).encode(), RECORD_FILE)
    if not isinstance(document, dict):
        raise ValueError(f"no record: neither a ConfigMap with {RECORD_FILE} nor its data")
    return document
