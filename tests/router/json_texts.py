"""Odd but valid JSON answers, and a slow reader of them that is written with the standard library."""

import json
import re
from random import Random

SPACE = re.compile(r"[ \t\n\r]*")
GAPS = ("", "", "", " ", "\n", "\t\r\n ")
NUMBERS = ("0", "-0", "1e5", "1E+2", "-1.50e-3", "0.10", "12345678901234567890", "-0.0")
WORDS = ("true", "false", "null")
BARE_WORDS = ("NaN", "Infinity", "-Infinity")  # no JSON, and yet what many servers send
NAMES = ("items", "id", "a", "items ", "b/c", "~", "0", "")
LETTERS = 'ab/~"\\{}[],: \u00e4\u20ac\U0001f600'
NUMBERS_AS_IDS = ("1", "1.0", "1e0", "-3", "0.5", "true", "false")


def spell(text: str, escape: bool) -> str:
    """A string as JSON; every character as an escape, or as few as there must be."""
    if not escape:
        return json.dumps(text, ensure_ascii=False)
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[at]:02X}{units[at + 1]:02x}" for at in range(0, len(units), 2)) + '"'


class Writer:
    """Writes documents by the throws of its dice; one is a tenth as dear as drawing all its parts one by one."""

    def __init__(self, seed: int, bare: bool = False) -> None:
        self.dice = Random(seed)
        self.words = (*WORDS, *BARE_WORDS) if bare else WORDS

    def write_gap(self) -> str:
        return self.dice.choice(GAPS)

    def write_string(self) -> str:
        letters = "".join(self.dice.choices(LETTERS, k=self.dice.randrange(4)))
        return spell(letters, self.dice.random() < 0.3)

    def write_name(self) -> str:
        name = self.dice.choice(NAMES)
        return self.write_string() if self.dice.random() < 0.4 else spell(name, self.dice.random() < 0.3)

    def enclose(self, parts: list[str], brackets: str) -> str:
        """A list or an object, with white space wherever it may stand."""
        inside = ",".join(f"{self.write_gap()}{part}{self.write_gap()}" for part in parts) or self.write_gap()
        return brackets[0] + inside + brackets[1]

    def write_member(self, name: str, value: str) -> str:
        return f"{name}{self.write_gap()}:{self.write_gap()}{value}"

    def write_value(self, depth: int = 3) -> str:
        """Any value."""
        kind = self.dice.randrange(5 if depth else 3)
        if kind < 3:
            return (self.dice.choice(NUMBERS), self.dice.choice(self.words), self.write_string())[kind]
        values = [self.write_value(depth - 1) for _ in range(self.dice.randrange(3))]
        if kind == 3:
            return self.enclose(values, "[]")
        return self.enclose([self.write_member(self.write_name(), value) for value in values], "{}")

    def write_item(self) -> str:
        """An item with an id, which may be in the list twice, and other members round it."""
        identity = self.dice.choice((self.write_string(), self.dice.choice(NUMBERS_AS_IDS)))
        members = [self.write_member(spell("id", self.dice.random() < 0.2), identity)]
        members += [self.write_member('"x"', self.write_value(2)) for _ in range(self.dice.randrange(3))]
        self.dice.shuffle(members)
        return self.enclose(members, "{}")

    def write_answer(self) -> str:
        """An answer with a list at /items; among its other members may be another one of that name."""
        items = self.enclose([self.write_item() for _ in range(self.dice.randrange(7))], "[]")
        members = [self.write_member('"items"', items)]
        members += [
            self.write_member(self.write_name(), self.write_value())
            for _ in range(self.dice.choice((0, 0, 1, 1, 2, 5)))
        ]
        self.dice.shuffle(members)
        return self.write_gap() + self.enclose(members, "{}") + self.write_gap()


def find_members(text: str) -> list[tuple[str, int, int]]:
    """The members of an object with the places of their values, slowly."""
    scan = json.JSONDecoder().raw_decode
    found, position = [], skip_space(text, 0) + 1
    while text[position := skip_space(text, position)] != "}":
        name, position = scan(text, position)
        start = skip_space(text, text.index(":", position) + 1)
        _, end = scan(text, start)
        found.append((name, start, end))
        position = skip_space(text, end)
        position += text[position] == ","
    return found


def skip_space(text: str, position: int) -> int:
    return SPACE.match(text, position).end()  # type: ignore[union-attr]


def find_items(text: str) -> tuple[int, int] | None:
    """Where the list at /items stands, in characters; None if a name comes twice, so that readers may differ."""
    members = find_members(text)
    if len({name for name, _, _ in members}) < len(members):
        return None
    return next((start, end) for name, start, end in members if name == "items")
