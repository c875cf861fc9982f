"""The change of a file: what `spec.candidate` holds takes the place of `spec.champion`; all else stays as it was.

The text is edited, for a parser that writes YAML anew loses layout and comments. That the edit does what the patch
says, and nothing more, is checked by parsing the result.
"""

from copy import deepcopy
from typing import Any, Final, NamedTuple

import yaml

KIND: Final = "InterleavingExperiment"


class CannotRecord(Exception):
    """A change that a person has to make; the message says why."""


class Wanted(NamedTuple):
    """Which experiment, and its change as a JSON patch (RFC 6902)."""

    namespace: str
    name: str
    patch: list[dict[str, Any]]


class Entry(NamedTuple):
    """A key of a mapping with its value and the comments that are theirs: positions in the text."""

    start: int  # of the key's line
    name_end: int  # behind the key
    end: int  # of the last line


def record(text: str, wanted: Wanted) -> str | None:
    """The text with the change; None when the experiment is not in it, the same text when it has been made. Raises
    CannotRecord."""
    try:
        documents, nodes = list(yaml.safe_load_all(text)), list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError):
        return None  # a chart's template, say
    found = [number for number, document in enumerate(documents) if is_wanted(document, wanted)]
    if not found:
        return None
    if len(found) > 1:
        raise CannotRecord("the experiment is in the file more than once")
    (number,) = found
    after = apply(documents[number], wanted.patch)
    if after == documents[number]:
        return text
    edited = move(text, nodes[number])
    if not says(edited, [*documents[:number], after, *documents[number + 1 :]]):
        raise CannotRecord("the file cannot be edited so that it says what it should: anchors may be in the way")
    return edited


def says(text: str, documents: list[Any]) -> bool:
    """Whether a text says just that."""
    try:
        return list(yaml.safe_load_all(text)) == documents
    except yaml.YAMLError:
        return False


def is_wanted(document: Any, wanted: Wanted) -> bool:
    """Whether a document is the experiment. One without a namespace gets it from whatever deploys it."""
    if not isinstance(document, dict) or document.get("kind") != KIND or not isinstance(document.get("spec"), dict):
        return False
    metadata = document.get("metadata") or {}
    return metadata.get("name") == wanted.name and metadata.get("namespace", wanted.namespace) == wanted.namespace


def apply(document: dict[str, Any], patch: list[dict[str, Any]]) -> dict[str, Any]:
    """The document after the patch, of which `test` and `move` are known; or as it is, when it has been made. Raises
    CannotRecord."""
    if is_made(document, patch):
        return document
    after = deepcopy(document)
    for operation in patch:
        *parents, last = operation["path"].split("/")[1:]
        if operation["op"] == "test":
            if find(after, parents).get(last) != operation["value"]:
                raise CannotRecord(f"{operation['path']} is not {operation['value']!r} any more")
        elif operation["op"] == "move":
            *source, key = operation["from"].split("/")[1:]
            find(after, parents)[last] = find(after, source).pop(key)
        else:
            raise CannotRecord(f"the patch has the operation {operation['op']!r}, which is not known here")
    return after


def is_made(document: dict[str, Any], patch: list[dict[str, Any]]) -> bool:
    """Whether the champion is by now what the patch expects of the candidate."""
    tested = {operation["path"]: operation["value"] for operation in patch if operation["op"] == "test"}
    champion = find(document, ["spec"]).get("champion") or {}
    return "/spec/candidate/revision" in tested and champion.get("revision") == tested["/spec/candidate/revision"]


def find(document: Any, path: list[str]) -> dict[str, Any]:
    """The mapping at a path. Raises CannotRecord."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    if not isinstance(document, dict):
        raise CannotRecord(f"there is no /{'/'.join(path)}")
    return document


def move(text: str, node: Any) -> str:
    """The text in which the candidate's value stands behind the champion's key, and the candidate is gone."""
    spec = find_pair(node, "spec")[1]
    if spec.flow_style:
        raise CannotRecord("spec is written in braces: give each of its fields a line of its own")
    champion, candidate = (find_entry(text, *find_pair(spec, key)) for key in ("champion", "candidate"))
    body = text[candidate.name_end : candidate.end]
    replacement = text[champion.start : champion.name_end] + body.rstrip("\r\n") + find_line_end(text)
    edits = [(champion.start, champion.end, replacement), (find_comment(text, candidate.start), candidate.end, "")]
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def find_line_end(text: str) -> str:
    """How lines of the text end."""
    return "\r\n" if "\r\n" in text else "\n"


def find_pair(node: Any, key: str) -> tuple[Any, Any]:
    """Key and value of a mapping, as nodes with their positions. Raises CannotRecord."""
    for pair in node.value:
        if pair[0].value == key:
            return pair[0], pair[1]
    raise CannotRecord(f"{key} is not written out in the file")


def find_entry(text: str, key: Any, value: Any) -> Entry:
    """Where the entry stands. A block's end, to the parser, is where the next token is: comments in between that are
    not indented deeper than the key belong to what follows."""
    start, end = begin_line(text, key.start_mark.index), value.end_mark.index
    if text[begin_line(text, end) : end].strip() or end == len(text):
        return Entry(start, key.end_mark.index, end_line(text, end))
    end = begin_line(text, end)
    while end > key.end_mark.index:
        former = begin_line(text, end - 1)
        line = text[former:end]
        if line.strip() and not is_comment(line, key.start_mark.column):
            break
        end = former
    return Entry(start, key.end_mark.index, end)


def find_comment(text: str, start: int) -> int:
    """Where the comment right above a line begins, which goes with it; the line itself when there is none."""
    column = len(text[start:]) - len(text[start:].lstrip(" "))
    while start > 0 and is_comment(text[begin_line(text, start - 1) : start], column):
        start = begin_line(text, start - 1)
    return start


def is_comment(line: str, column: int) -> bool:
    """Whether a line is a comment that is not indented deeper than the column."""
    bare = line.lstrip(" ")
    return bare.startswith("#") and len(line) - len(bare) <= column


def begin_line(text: str, index: int) -> int:
    """Where the line of a position begins."""
    return text.rfind("\n", 0, index) + 1


def end_line(text: str, index: int) -> int:
    """Where the line of a position ends, its line end included."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1
