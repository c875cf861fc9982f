"""Requests out of a template: JSON in which `{user}` and other names stand for what differs between queries."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from interleaver.lab.terms.unusable import Unusable

OPTION: Final = "--request"
# A text of JSON with its quotes, or a name in braces outside of one. An object cannot begin so: its keys have quotes.
TOKEN: Final = re.compile(r'("(?:[^"\\]|\\.)*")|\{([a-z]+)\}')
NAME: Final = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class Gap:
    """A place to be filled."""

    name: str
    in_text: bool
    """Whether it stands inside a JSON text, which the value then becomes a part of."""


@dataclass(frozen=True)
class Template:
    """Pieces of JSON and the gaps between them."""

    pieces: Sequence[str | Gap]

    @property
    def names(self) -> frozenset[str]:
        """The names that it asks for."""
        return frozenset(piece.name for piece in self.pieces if isinstance(piece, Gap))

    def fill(self, values: Mapping[str, object]) -> str:
        """One request: outside of texts a value is spelt as JSON, inside of them as its own characters."""
        return "".join(piece if isinstance(piece, str) else spell(values[piece.name], piece) for piece in self.pieces)


def spell(value: object, gap: Gap) -> str:
    """A value as it stands in the request."""
    if not gap.in_text:
        # Lists may be features of thousands of documents, and the standard library takes its time for numbers.
        if isinstance(value, list):
            return msgspec.json.encode(value).decode()
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return json.dumps(value if isinstance(value, str) else str(value), ensure_ascii=False)[1:-1]


def read_template(text: str, known: Iterable[str]) -> Template:
    """A template, or a JSON pointer to the one place that differs: `/user` is `{"user": {user}}`.

    `known` are the names that may stand in it; a pointer asks for the first. Raises Unusable.
    """
    names = tuple(known)
    template = Template(tuple(cut(point(text, names[0]) if text.startswith("/") else text, names)))
    if not template.names:
        raise Unusable(OPTION, f"{text!r} asks the same for every query", f"write {{{names[0]}}} where they differ")
    try:
        json.loads(template.fill(dict.fromkeys(names, "x")))
    except ValueError as error:
        raise Unusable(OPTION, f"{text!r} makes no JSON: {error}", f"names stand in braces: {{{names[0]}}}") from None
    return template


def cut(text: str, known: Sequence[str]) -> Iterable[str | Gap]:
    """The pieces of a template in their order."""
    end = 0
    for found in TOKEN.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        if found[1] is None:
            yield Gap(check_name(found[2], known), in_text=False)
        else:
            yield from cut_text(found[1], known)
    yield text[end:]


def cut_text(text: str, known: Sequence[str]) -> Iterable[str | Gap]:
    """The pieces of a JSON text. Braces around anything but a known name are its own."""
    end = 0
    for found in NAME.finditer(text):
        if found[1] in known:
            yield text[end : found.start()]
            yield Gap(found[1], in_text=True)
            end = found.end()
    yield text[end:]


def check_name(name: str, known: Sequence[str]) -> str:
    """The name, if it is one that can be filled. Raises Unusable."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        meant = f"did you mean {{{near[0]}}}? " if near else ""
        raise Unusable(
            OPTION, f"{{{name}}} is not known", f"{meant}known are {', '.join(f'{{{each}}}' for each in known)}"
        )
    return name


def point(pointer: str, name: str) -> str:
    """The template that puts the name where the JSON pointer says (RFC 6901), into objects alone."""
    made = f"{{{name}}}"
    for step in reversed(pointer[1:].split("/")):
        made = f"{{{json.dumps(step.replace('~1', '/').replace('~0', '~'))}: {made}}}"
    return made
