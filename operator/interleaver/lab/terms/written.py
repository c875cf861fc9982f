"""YAML that people write, read strictly: every value with its line, no key twice, and words stay words.

PyYAML's own loader follows YAML 1.1, where `no` is a boolean, `1:30` a number, a date no text and `1e-3` no number, and
keeps the last of two equal keys in silence. Here the core schema of YAML 1.2 holds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import yaml

from interleaver.lab.terms.unusable import Place, Unusable

Path = tuple[str | int, ...]
"""Keys and indexes from the root down to a value: `("rules", 2, "metric")`."""

# An alias may stand for a value that holds aliases again: a short file could spell more values than memory has.
MOST_VALUES: Final = 100_000
DEEPEST: Final = 50


class _TooDeep(Exception):
    """Values within values, more than anybody writes."""


class _Core(yaml.SafeLoader):
    """Tags of plain scalars by the core schema, and no others. Values within values have a bound of our own: a library
    somewhere in the process may have raised that of Python."""

    yaml_implicit_resolvers = {}  # noqa: RUF012, as PyYAML has it
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self.depth += 1
        if self.depth > 2 * DEEPEST:  # short of that the place is told, see below
            raise _TooDeep
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_TAG: Final = "tag:yaml.org,2002:"
_CORE: Final = {
    "null": (re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    "bool": (re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")),
    "int": (re.compile(r"[-+]?[0-9]+"), list("-+0123456789")),
    "float": (
        re.compile(
            r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        ),
        list("-+.0123456789"),
    ),
}
"""How a plain scalar of each kind is spelt, and what it may begin with."""
for _name, (_pattern, _first) in _CORE.items():
    _Core.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern.pattern})$"), _first)


@dataclass(frozen=True)
class Written:
    """A file's content as plain Python values, and the line (from 1) of every value by its path."""

    file: str
    content: object
    lines: Mapping[Path, int] = field(default_factory=dict)

    def place(self, path: Sequence[str | int]) -> Place:
        """Where a value stands; of one that is missing, where what should hold it stands."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return Place(self.file, line=self.lines.get(known, 1), field=name_path(path) or None)


def name_path(path: Sequence[str | int]) -> str:
    """The path as people count: `rules[3].metric` is the third rule's."""
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


def read_written(file: str, text: str | bytes, as_text: Sequence[str] = ()) -> Written:
    """Read one YAML document. Below the keys of `as_text` every plain value but null stays the text that was written,
    as in values of attributes: `{country: no}`, `{code: 007}`. Raises Unusable with the line."""
    try:
        node = yaml.compose(text, Loader=_Core)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = min(mark.line + 1, count_lines(text)) if mark else None
        raise Unusable(Place(file, line=line), f"is no YAML: {problem.problem}") from None
    except yaml.YAMLError as problem:
        raise Unusable(file, f"is no YAML: {' '.join(str(problem).split())}") from None
    except (_TooDeep, RecursionError):
        raise Unusable(file, "is no YAML that can be read: it is nested too deeply") from None
    if node is None:
        raise Unusable(file, "is empty")
    reading = _Reading(file, frozenset(as_text))
    return Written(file, reading.read(node, (), textual=False), reading.lines)


def count_lines(text: str | bytes) -> int:
    """How many lines an editor shows, at least 1. What is wrong with the end stands in none: the last one is named."""
    plain = text if isinstance(text, str) else text.decode("utf-8", errors="replace")
    breaks = re.findall(r"\r\n|[\n\r\x85\u2028\u2029]", plain)
    return max(1, len(breaks) + (not breaks or not plain.endswith(breaks[-1])))


@dataclass
class _Reading:
    file: str
    as_text: frozenset[str]
    lines: dict[Path, int] = field(default_factory=dict)

    def read(self, node: yaml.Node, path: Path, textual: bool) -> object:
        """The value of a node and of all below it."""
        self.lines[path] = node.start_mark.line + 1
        if len(self.lines) > MOST_VALUES or len(path) > DEEPEST:
            raise self.refuse(path[:3], "is nested too deeply, or spells too many values")
        if isinstance(node, yaml.SequenceNode):
            return [self.read(entry, (*path, index), textual) for index, entry in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self.read_mapping(node, path, textual)
        return self.read_scalar(node, path, textual)

    def read_mapping(self, node: yaml.MappingNode, path: Path, textual: bool) -> dict[str, object]:
        content: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.refuse(path, "has a key that is no text")
            name: str = key.value
            if name in content:
                again = Place(self.file, line=key.start_mark.line + 1, field=name_path((*path, name)))
                raise Unusable(again, f"stands twice, first in line {self.lines[(*path, name)]}", "leave one of them")
            content[name] = self.read(value, (*path, name), textual or name in self.as_text)
            self.lines[(*path, name)] = key.start_mark.line + 1
        return content

    def read_scalar(self, node: yaml.Node, path: Path, textual: bool) -> object:
        kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
        if kind in _CORE and not _CORE[kind][0].fullmatch(text):
            raise self.refuse(path, f"has the tag !!{kind}, and is {text[:60]!r}")
        if kind == "null":
            return None
        if kind == "str" or (textual and kind in ("bool", "int", "float")):
            return text
        if kind == "bool":
            return text.casefold() == "true"
        if kind == "int":
            return int(text) if len(text) <= 300 else float("inf")
        if kind == "float":
            return float(text.replace(".", "", 1) if re.search("inf|nan", text, re.IGNORECASE) else text)
        raise self.refuse(path, f"has the tag {node.tag}", "only texts, numbers, true, false, null, lists and mappings")

    def refuse(self, path: Path, found: str, wanted: str = "") -> Unusable:
        return Unusable(Place(self.file, line=self.lines[path], field=name_path(path) or None), found, wanted)
