"""The command: a file in, one line or a list of differences out."""

import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from interleaver.api.record import RECORD_FILE, Record, fingerprint, render
from interleaver.experiment.records.verify import verify

MOST_BYTES: Final = 4 << 20  # the API server stores objects of at most 1.5 MiB


class Answer(NamedTuple):
    """What to print, and the exit code: 0 agrees, 1 does not."""

    words: str
    code: int


class Found(NamedTuple):
    """A record, and its text where it was kept as it was written."""

    document: dict[str, Any]
    text: str | None


def verify_file(path: str, digest: str | None = None, experiment: str | None = None) -> Answer:
    """The answer on the record in a file; `-` is standard input.

    `digest` is what the record must have, or `experiment` a file with the experiment whose history says so. Raises
    OSError when one cannot be read, and ValueError when it is no record, or no experiment that knows the run.
    """
    found = find_record(read(path))
    document = found.document
    try:
        differences = verify(document)
        record = Record.model_validate(document)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{path} holds no record that this version can read: {error}") from None
    what = f"{record.namespace}/{record.experiment} {record.run.id}"
    verdict = f"{record.decision.verdict}/{record.decision.reason} after {record.run.votes} votes"
    wanted = find_digest(read(experiment), record, experiment) if experiment else digest
    if wanted and wanted not in list_digests(found):
        words = f"{what}: this is not the record whose digest is {wanted}, it has {list_digests(found)[0]}"
        return Answer("\n".join([words, *differences]), 1)
    if differences:
        return Answer("\n".join([f"{what}: the record does not agree with itself:", *differences]), 1)
    source = "--experiment" if experiment else "--digest"
    which = f"the one that {source} vouches for" if wanted else "for which nothing here vouches but itself"
    words = f"{what} ({list_digests(found)[0]}, {which})"
    return Answer(f"{words}: {verdict}, recomputed from the record: agrees", 0)


def list_digests(found: Found) -> list[str]:
    """Digests that stand for the record: that of its text as it was given, and that of the form that is stored."""
    texts = [text for text in (found.text, render(found.document)) if text is not None]
    return list(dict.fromkeys(map(fingerprint, texts)))


def find_digest(document: Any, record: Record, path: str) -> str:
    """The digest that an experiment's history has for the run. Raises ValueError when it has none."""
    metadata, history = dig(document, "metadata"), dig(document, "status", "history")
    if (dig(metadata, "namespace"), dig(metadata, "name")) != (record.namespace, record.experiment):
        raise ValueError(f"{path} does not hold the experiment {record.namespace}/{record.experiment}")
    for past in history if isinstance(history, list) else []:
        if dig(past, "runId") == record.run.id and isinstance(found := dig(past, "digest"), str):
            return found
    raise ValueError(f"{path}: status.history has no digest for {record.run.id}: is spec.historyLimit too small?")


def dig(document: Any, *keys: str) -> Any:
    """What stands there in a document that people gave us; None when there is no such place."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


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


def find_record(document: Any) -> Found:
    """The record in a ConfigMap, in a ConfigMap's data, or as it is. Raises ValueError when there is none."""
    text = None
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    if isinstance(document, dict) and RECORD_FILE in document:
        text = str(document[RECORD_FILE])
        document = parse(text.encode(), RECORD_FILE)
    if not isinstance(document, dict):
        raise ValueError(f"no record: neither a ConfigMap with {RECORD_FILE} nor its data")
    return Found(document, text)
