"""All that is to be said of an experiment in a file."""

from typing import Any, Final

from interleaver.api import names
from interleaver.plugin.linting.edge import find_complaints
from interleaver.plugin.linting.finding import Finding
from interleaver.plugin.linting.rules import find_breaches
from interleaver.plugin.linting.schema import Schema, fill, find_misfits, read_schema

VERSION: Final = f"{names.GROUP}/{names.VERSION}"


def lint(document: dict[str, Any], schema: Schema | None = None) -> list[Finding]:
    """What the API server says, and, if it accepts the document, what the operator does."""
    root = schema or read_schema()
    if document.get("apiVersion") != VERSION:
        return [Finding("FAIL", "apiVersion", f"must be {VERSION}")]
    whole = fill(document, root)
    refused = find_misfits(whole, root) or (find_nameless(whole) + find_breaches(whole, root))
    return [*(refused or find_complaints(whole)), *find_ignored(document)]


def find_nameless(document: dict[str, Any]) -> list[Finding]:
    """Rules go by the name, which the API server asks for first."""
    metadata = document.get("metadata")
    named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str) and metadata["name"]
    return [] if named else [Finding("FAIL", "metadata.name", "is missing")]


def find_ignored(document: dict[str, Any]) -> list[Finding]:
    """What is accepted and has no effect."""
    words = "is the operator's: in a file it is ignored. Leave it out"
    return [Finding("WARN", "status", words)] if document.get("status") else []
