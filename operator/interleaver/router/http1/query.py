"""Parameters in the query of a target: what one says, and the same target with another value. No I/O.

All that is not replaced stays byte for byte. Parameters are told apart by `&`, as HTML forms write them.
"""

from urllib.parse import unquote_to_bytes


def split_query(target: bytes) -> tuple[bytes, list[bytes]]:
    """What stands before the query, and its pieces."""
    path, mark, query = target.partition(b"?")
    return path, query.split(b"&") if mark else []


def is_named(piece: bytes, name: bytes) -> bool:
    """Whether a piece of a query is the parameter of this name."""
    own = piece.partition(b"=")[0]
    return own == name or (b"%" in own and unquote_to_bytes(own) == name)


def find_values(target: bytes, name: bytes) -> list[bytes]:
    """All values of a parameter, decoded."""
    _, pieces = split_query(target)
    values = [piece.partition(b"=")[2] for piece in pieces if is_named(piece, name)]
    return [unquote_to_bytes(value.replace(b"+", b" ")) for value in values]


def set_value(target: bytes, name: bytes, value: bytes) -> bytes:
    """The target with this value in place of the parameter's own, or with the parameter behind all others."""
    path, pieces = split_query(target)
    if any(is_named(piece, name) for piece in pieces):
        written = [piece.partition(b"=")[0] + b"=" + value if is_named(piece, name) else piece for piece in pieces]
    else:
        written = [*(piece for piece in pieces if piece), name + b"=" + value]
    return path + b"?" + b"&".join(written)
