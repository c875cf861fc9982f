"""Experiments in files: YAML of several documents, JSON, Lists, and standard input."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from interleaver.api import names
from interleaver.plugin.refusal import Refusal

STANDARD_INPUT: Final = "-"


class Found(NamedTuple):
    """An experiment, and the file that it stands in."""

    file: str
    document: dict[str, Any]

    @property
    def name(self) -> str:
        metadata = self.document.get("metadata")
        named = metadata.get("name") if isinstance(metadata, dict) else None
        return f"{self.file}: {named or 'an experiment without a name'}"


class Strict(yaml.SafeLoader):
    """YAML in which no key comes twice: the API server would take the last one, and kubectl refuses it."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} comes twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read_experiments(path: str) -> list[Found]:
    """The experiments of a file; other kinds are left alone. Raises Refusal for what cannot be read."""
    try:
        text = sys.stdin.read() if path == STANDARD_INPUT else Path(path).read_text()
        documents = list(yaml.load_all(text, Strict))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refusal(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    return [Found(path, one) for document in documents for one in unfold(document) if is_experiment(one)]


def unfold(document: Any) -> Iterator[Any]:
    """The document, or what is in it, if it is a List."""
    if isinstance(document, dict) and str(document.get("kind")) in ("List", f"{names.KIND}List"):
        yield from document.get("items") or []
    else:
        yield document


def is_experiment(document: Any) -> bool:
    return isinstance(document, dict) and document.get("kind") == names.KIND
