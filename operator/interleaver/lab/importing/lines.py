"""Text files line by line: what all readers of public formats take the same way, whatever wrote the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interleaver.lab.terms.unusable import Place, Unusable

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
# The first bytes of files that are no plain text, and what each is.
OTHERS: Final = {
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "a bzip2 file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"PAR1": "a Parquet file",
}


def read_file(file: Path) -> bytes:
    """All bytes of a file. Raises Unusable where there is none to read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(str(file), str(error.strerror), "give a file that can be read") from None


def decode(data: bytes, file: str, encoding: str = "utf-8") -> str:
    """The text of a file, without a byte order mark. Raises Unusable with the line of the first byte that is none."""
    for start, words in OTHERS.items():
        if data.startswith(start):
            raise Unusable(file, f"this is {words}", "unpack it or save it as plain text first")
    plain = data.removeprefix(BYTE_ORDER_MARK)
    hole = plain.find(b"\0")
    if hole >= 0:
        raise Unusable(Place(file, line=line_at(plain, hole)), "a byte 0", "this is no text file")
    try:
        return plain.decode(encoding)
    except LookupError:
        raise Unusable("--encoding", f"there is no encoding {encoding!r}", "for example utf-8 or latin-1") from None
    except UnicodeDecodeError as error:
        found = f"byte 0x{plain[error.start]:02x} is no {encoding}"
        raise Unusable(
            Place(file, line=line_at(plain, error.start)), found, "name the file's encoding: --encoding"
        ) from None


def line_at(data: bytes, position: int) -> int:
    """The number of the line, from 1, that a byte stands in."""
    return data.count(b"\n", 0, position) + 1


def number_lines(file: Path, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    """The lines of a file, as `split_lines` has them. Raises Unusable."""
    return split_lines(read_file(file), str(file), encoding)


def split_lines(data: bytes, file: str, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is not blank. Blank ones are counted in the numbers and skipped.

    Only line feeds end a line, and carriage returns before them go with them: a file of another kind of line ends
    is one line with too many fields, which its reader refuses.
    """
    for number, line in enumerate(decode(data, file, encoding).split("\n"), 1):
        text = line.strip(" \t\r")
        if text:
            yield number, text
