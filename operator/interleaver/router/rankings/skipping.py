"""Where JSON values end, byte by byte, in loops that become those of C where this module is compiled.

Every function takes a text and a place in it that is not negative, and returns the place behind what stands there. It
raises NotPlain if that is no JSON, or JSON about which readers might differ: lone surrogates, or values too deep within
others. Bare words in the place of numbers pass, as `bare_words` has it. It raises IndexError if the text ends before.
No I/O. An exception costs a microsecond for every call that it passes, which is no matter to what is usual.

A machine's integer stays one only in statements: conditional expressions and `in` would make it an object each time.
A call costs as much as two bytes, so that white space is looked at before it is skipped.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_extensions import i64  # an integer of the machine; to the plain interpreter the name is a comment

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
CAPITAL_I: Final = 0x49


class NotPlain(Exception):
    """A text is not what this module is for."""


def skip_space(text: bytes, at: "i64") -> "i64":
    """Behind white space, of which there may be none."""
    while True:
        byte: i64 = text[at]
        if byte > SPACE:
            return at
        if byte != SPACE and byte != 10 and byte != 13 and byte != 9:
            raise NotPlain
        at += 1


def skip_mark(text: bytes, at: "i64") -> "i64":
    """Behind a byte and the white space after it, of which most writers leave a single space or none."""
    at += 1
    byte: i64 = text[at]
    if byte == SPACE:
        at += 1
        byte = text[at]
    if byte <= SPACE:
        return skip_space(text, at)
    return at


def skip_string(text: bytes, at: "i64", escapes: bool) -> "i64":
    """Behind a string whose opening quotation mark stands at the place, with escapes or without."""
    at += 1
    while at >= 0:  # it always is; said here, the compiled loop need not ask it at every byte
        byte: i64 = text[at]
        at += 1
        if byte <= ESCAPE:
            if byte == QUOTE:
                return at
            if byte == ESCAPE:
                if not escapes:
                    break
                at = skip_escape(text, at)
            elif byte < SPACE:
                break
    raise NotPlain


def skip_escape(text: bytes, at: "i64") -> "i64":
    """Behind what follows a backslash. Of surrogates only a pair, which stands for one character, is plain."""
    byte: i64 = text[at]
    if byte != U:
        if byte not in b'"\\/bfnrt':
            raise NotPlain
        return at + 1
    end = skip_hex(text, at)
    if is_surrogate(text, at):
        if text[at + 2] | SMALL >= 0x63 or text[end] != ESCAPE or text[end + 1] != U:
            raise NotPlain
        at = end + 1
        end = skip_hex(text, at)
        if not is_surrogate(text, at) or text[at + 2] | SMALL < 0x63:
            raise NotPlain
    return end


def is_surrogate(text: bytes, at: "i64") -> bool:
    """Whether the digits behind a `u` say U+D800 to U+DFFF, of which the later half, from U+DC00, ends a pair."""
    byte: i64 = text[at + 2]
    return text[at + 1] | SMALL == D and byte >= 0x38


def skip_hex(text: bytes, at: "i64") -> "i64":
    """Behind the four digits that follow a `u`."""
    end = at + 4
    while at < end:
        at += 1
        if not is_hex(text[at]):
            raise NotPlain
    return at + 1


def is_hex(byte: "i64") -> bool:
    letter = byte | SMALL
    return (byte >= ZERO and byte <= NINE) or (letter >= 0x61 and letter <= 0x66)


def skip_digits(text: bytes, at: "i64") -> "i64":
    """Behind one digit or more."""
    start = at
    byte: i64 = text[at]
    while byte >= ZERO and byte <= NINE:
        at += 1
        byte = text[at]
    if at == start:
        raise NotPlain
    return at


def skip_number(text: bytes, at: "i64") -> "i64":
    """Behind a number, or `-Infinity`."""
    byte: i64 = text[at]
    if byte == MINUS:
        at += 1
        byte = text[at]
        if byte == CAPITAL_I:
            return skip_word(text, at)
    if byte == ZERO:
        at += 1
    else:
        at = skip_digits(text, at)
    byte = text[at]
    if byte == POINT:
        at = skip_digits(text, at + 1)
        byte = text[at]
    if byte | SMALL == E:
        byte = text[at + 1]
        if byte == PLUS or byte == MINUS:  # noqa: SIM109
            at += 1
        at = skip_digits(text, at + 1)
    return at


def matches(text: bytes, at: "i64", word: bytes) -> bool:
    """Whether a word stands at a place."""
    size: i64 = len(word)
    index: i64 = 0
    while index < size:
        if text[at + index] != word[index]:
            return False
        index += 1
    return True


def skip_word(text: bytes, at: "i64") -> "i64":
    """Behind `true`, `false` or `null`; or `NaN` or `Infinity`, which are no JSON and stand for numbers."""
    for word in (b"true", b"false", b"null", b"NaN", b"Infinity"):
        if matches(text, at, word):
            return at + len(word)
    raise NotPlain


def skip_value(text: bytes, at: "i64", depth: "i64") -> "i64":
    """Behind white space and a value in which no more than `depth` lists and objects stand within one another."""
    byte: i64 = text[at]
    if byte == SPACE:  # a single one is what most writers put here
        at += 1
        byte = text[at]
    if byte == QUOTE:
        return skip_string(text, at, True)
    if byte == MINUS or (byte >= ZERO and byte <= NINE):
        return skip_number(text, at)
    if byte <= SPACE:
        return skip_value(text, skip_space(text, at), depth)
    if depth > 0:
        if byte == OPEN_LIST:
            return skip_container(text, at, depth - 1, CLOSE_LIST)
        if byte == OPEN_OBJECT:
            return skip_container(text, at, depth - 1, CLOSE_OBJECT)
    return skip_word(text, at)


def skip_container(text: bytes, at: "i64", depth: "i64", close: "i64") -> "i64":
    """Behind a list or an object, as its closing bracket says, whose opening bracket stands at the place."""
    start = skip_mark(text, at)
    mark: i64 = text[start]
    if mark == close:
        return start + 1
    mark = COMMA  # as if one stood before the first, too
    while mark == COMMA:
        if close == CLOSE_OBJECT:
            at = skip_key(text, skip_mark(text, at), True)
        else:
            at += 1
        at = skip_value(text, at, depth)
        mark = text[at]
        if mark <= SPACE:
            at = skip_space(text, at)
            mark = text[at]
    if mark != close:
        raise NotPlain
    return at + 1


def skip_key(text: bytes, at: "i64", escapes: bool) -> "i64":
    """Behind a member's name and colon."""
    byte: i64 = text[at]
    if byte != QUOTE:
        raise NotPlain
    at = skip_string(text, at, escapes)
    byte = text[at]
    if byte != COLON:
        at = skip_space(text, at)
        if text[at] != COLON:
            raise NotPlain
    return at + 1
