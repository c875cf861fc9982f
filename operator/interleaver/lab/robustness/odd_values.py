"""Values that clients send by mistake, by malice, or because their users write another script."""

from collections.abc import Iterator
from typing import Any, Final

LONG: Final = 20_000
"""Characters of a very long text: more than a person types, less than what servers refuse as too large a body."""
MANY: Final = 2_000
"""Elements of a very long history."""
STRANGER: Final = "interleaver-nobody"
NOBODY: Final = 2**31 - 1
SCRIPTS: Final = {
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u202eabc\u202c \u05e9\u05dc\u05d5\u05dd",
    "several scripts": "\u4f60\u597d \u0928\u092e\u0938\u094d\u0924\u0947 \u041f\u0440\u0438\u0432\u0435\u0442",
    "emoji and marks": "\U0001f469\u200d\U0001f692 e\u0301\u0323\u0302 \ufeff\u200b",
    "control signs": "a\u0000b\n\t\u007f",
}
NUMBERS: Final = {"0": 0, "-1": -1, "2^63": 2**63, "1e308": 1e308, "a fraction": 0.5}


def list_wrong_types(value: Any) -> Iterator[tuple[str, Any]]:
    """Values of other types than this one, each with its name."""
    others = {"null": None, "a text": "abc", "a number": 7, "true": True, "a list": [1, "a"], "an object": {"a": 1}}
    yield from ((name, other) for name, other in others.items() if type(other) is not type(value))


def list_texts() -> Iterator[tuple[str, str, str]]:
    """Odd texts: the kind of case, what it is, the text."""
    for name, text in SCRIPTS.items():
        yield "scripts", name, text
    yield "long text", f"{LONG:,} characters", "x" * LONG
    yield "long text", "empty", ""


def make_stranger(value: Any) -> Any:
    """A unit of the same type that no model was trained on."""
    return STRANGER if isinstance(value, str) else NOBODY


def list_histories(value: list[Any]) -> Iterator[tuple[str, str, list[Any]]]:
    """A list made empty, long, doubled, turned round: the kind of case, what it is, the list."""
    yield "empty history", "no element", []
    if value:
        yield "long history", f"{MANY:,} elements", (value * (MANY // len(value) + 1))[:MANY]
        yield "duplicates", "each element twice", [each for each in value for _ in range(2)]
    if len(value) > 1:
        yield "other order", "turned round", value[::-1]
