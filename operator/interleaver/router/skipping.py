"""Where JSON values end, byte by byte, in loops that become those of C where this module is compiled.

Every function takes a text and a place in it, and returns the place behind what stands there; NOT_PLAIN if that is no
JSON, or JSON about which readers might differ: lone surrogates, or values too deep within others. No I/O.

A machine's integer stays one only in statements: conditional expressions and `in` would make it an object each time.
A slice must not end before it begins: compiled, that is an error and not an empty text.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_extensions import i64  # an integer of the machine; to the plain interpreter the name is a comment

NOT_PLAIN: Final = -1

# Bytes by their names in RFC 8259.
QUOTE: Final = 0x22
ESCAPE: Final = 0x5C
COMMA: Final = 0x2C
COLON: Final = 0x3A
OPEN_LIST: Final = 0x5B
CLOSE_LIST: Final = 0x5D
OPEN_OBJECT: Final = 0x7B
CLOSE_OBJECT: Final = 0x7D
SPACE: Final = 0x20
MINUS: Final = 0x2D
PLUS: Final = 0x2B
POINT: Final = 0x2E
ZERO: Final = 0x30
NINE: Final = 0x39
SMALL: Final = 0x20  # the bit by which a small letter differs from its capital
E: Final = 0x65
U: Final = 0x75
D: Final = 0x64


def look(text: bytes, at: "i64") -> "i64":
    """The byte at a place; NOT_PLAIN behind the end."""
    size: i64 = len(text)
    if at < 0 or at >= size:
        return NOT_PLAIN
    byte: i64 = text[at]
    return byte


def skip_space(text: bytes, at: "i64") -> "i64":
    """Behind white space, of which there may be none."""
    size: i64 = len(text)
    while at < size:
        byte: i64 = text[at]
        if byte > SPACE or (byte != SPACE and byte != 10 and byte != 13 and byte != 9):
            return at
        at += 1
    return at


def skip_colon(text: bytes, at: "i64") -> "i64":
    """Behind a colon and the white space round it."""
    byte = look(text, at)
    if byte <= SPACE:
        at = skip_space(text, at)
        byte = look(text, at)
    if byte != COLON:
        return NOT_PLAIN
    return skip_space(text, at + 1)


def skip_name(text: bytes, at: "i64") -> "i64":
    """Behind a string without escapes, so that its bytes are its only spelling."""
    if look(text, at) != QUOTE:
        return NOT_PLAIN
    return skip_string(text, at, False)


def skip_string(text: bytes, at: "i64", escapes: bool) -> "i64":
    """Behind a string whose opening quotation mark stands at the place, with escapes or without."""
    at += 1
    size: i64 = len(text)
    while at < size:
        byte: i64 = text[at]
        at += 1
        if byte == QUOTE:
            return at
        if byte == ESCAPE:
            if not escapes:
                return NOT_PLAIN
            at = skip_escape(text, at)
            if at < 0:
                return NOT_PLAIN
        elif byte < SPACE:
            return NOT_PLAIN
    return NOT_PLAIN


def skip_escape(text: bytes, at: "i64") -> "i64":
    """Behind what follows a backslash. Surrogates, of which one may stand alone, are not plain."""
    byte = look(text, at)
    if byte != U:
        if byte > 0 and byte in b'"\\/bfnrt':
            return at + 1
        return NOT_PLAIN
    if look(text, at + 1) | SMALL == D and look(text, at + 2) >= 0x38:
        return NOT_PLAIN
    end = at + 5
    while True:
        at += 1
        if at == end:
            return at
        if not is_hex(look(text, at)):
            return NOT_PLAIN


def is_hex(byte: "i64") -> bool:
    letter = byte | SMALL
    return is_digit(byte) or (letter >= 0x61 and letter <= 0x66)


def is_digit(byte: "i64") -> bool:
    return byte >= ZERO and byte <= NINE


def skip_digits(text: bytes, at: "i64") -> "i64":
    """Behind one digit or more."""
    size: i64 = len(text)
    start = at
    while at >= 0 and at < size:
        byte: i64 = text[at]
        if byte < ZERO or byte > NINE:
            break
        at += 1
    if at == start:
        return NOT_PLAIN
    return at


def skip_number(text: bytes, at: "i64") -> "i64":
    """Behind a number."""
    if look(text, at) == MINUS:
        at += 1
    if look(text, at) == ZERO:
        at += 1
    else:
        at = skip_digits(text, at)
    mark = look(text, at)
    if mark == POINT:
        at = skip_digits(text, at + 1)
        mark = look(text, at)
    if mark | SMALL == E:
        sign = look(text, at + 1)
        if sign == PLUS or sign == MINUS:  # noqa: SIM109
            at += 1
        at = skip_digits(text, at + 1)
    return at


def skip_word(text: bytes, at: "i64") -> "i64":
    """Behind `true`, `false` or `null`."""
    for word in (b"true", b"false", b"null"):
        if text.startswith(word, at):
            return at + len(word)
    return NOT_PLAIN


def skip_value(text: bytes, at: "i64", depth: "i64") -> "i64":
    """Behind a value in which no more than `depth` lists and objects stand within one another."""
    byte = look(text, at)
    if byte == QUOTE:
        return skip_string(text, at, True)
    if byte == MINUS or is_digit(byte):
        return skip_number(text, at)
    if depth > 0:
        if byte == OPEN_OBJECT:
            return skip_container(text, at + 1, depth - 1, True)
        if byte == OPEN_LIST:
            return skip_container(text, at + 1, depth - 1, False)
    return skip_word(text, at)


def skip_container(text: bytes, at: "i64", depth: "i64", named: bool) -> "i64":
    """Behind the rest of an object (`named`) or a list, whose opening bracket stands before the place."""
    close: i64 = CLOSE_LIST
    if named:
        close = CLOSE_OBJECT
    at = skip_space(text, at)
    if look(text, at) == close:
        return at + 1
    while True:
        if named:
            at = skip_key(text, at)
        at = skip_value(text, at, depth)
        if at < 0:
            return NOT_PLAIN
        at = skip_space(text, at)
        mark = look(text, at)
        if mark == close:
            return at + 1
        if mark != COMMA:
            return NOT_PLAIN
        at = skip_space(text, at + 1)


def skip_key(text: bytes, at: "i64") -> "i64":
    """Behind a member's name and colon."""
    if look(text, at) != QUOTE:
        return NOT_PLAIN
    at = skip_string(text, at, True)
    if at < 0:
        return NOT_PLAIN
    return skip_colon(text, at)
