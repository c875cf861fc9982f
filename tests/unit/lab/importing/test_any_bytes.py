"""Whatever bytes a file holds, it is read or refused in words: no reader fails in a way of its own."""

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.letor import read_queries
from interleaver.lab.importing.lines import split_lines
from interleaver.lab.importing.pictures import read_pictures
from interleaver.lab.importing.qrels import read_qrels, read_topics
from interleaver.lab.importing.ratings import Scale, read_ratings
from interleaver.lab.importing.runs import read_run
from interleaver.lab.importing.sheets import read_parquet, read_text
from interleaver.lab.terms.unusable import Unusable

READERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "ratings": (
        b'user,item,rating\n7,"a",5\n8,b,1.0\n',
        lambda data: read_ratings(read_text(data, "f", "comma"), {}, Scale()),
    ),
    "ratings with two colons": (
        b"user::item::rating\n7::a::5\n8::b::1.0\n",
        lambda data: read_ratings(read_text(data, "f", "double-colon"), {}, Scale()),
    ),
    "letor": (
        b"2 qid:10 1:0.5 3:1e-3 #docid = GX1\n0 qid:10 2:1 #docid = GX2\n",
        lambda data: read_queries(split_lines(data, "f"), "f", 1),
    ),
    "qrels": (b"301 0 a 1\n301 0 b -1\n302 0 c 2.0\n", lambda data: read_qrels(split_lines(data, "f"), "f")),
    "topics": (b"301\tcrime\n302\tpolio\n", lambda data: read_topics(split_lines(data, "f"), "f")),
    "run": (b"301 Q0 a 1 9.5 x\n301 Q0 b 2 8 x\n", lambda data: read_run(split_lines(data, "f"), "f", "rank")),
    "pictures": (b"path,label\na.png,1\nb.png,0\n", lambda data: read_pictures(read_text(data, "f", "comma"), {})),
}
PIECES = st.one_of(
    st.binary(max_size=4), st.sampled_from([b'"', b"\n", b"\r", b"nan", b"1e999", b"\xef\xbb\xbf", b":"])
)


def damage(sound: bytes, place: int, length: int, piece: bytes) -> bytes:
    """The bytes with some of them gone and others in their place."""
    at = place % (len(sound) + 1)
    return sound[:at] + piece + sound[at + length :]


@pytest.mark.parametrize("kind", READERS)
@given(place=st.integers(0, 500), length=st.integers(0, 5), piece=PIECES)
def test_a_damaged_file_is_read_or_refused(kind: str, place: int, length: int, piece: bytes) -> None:
    sound, read = READERS[kind]
    with suppress(Unusable):
        read(damage(sound, place, length, piece))


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A Parquet file of ratings."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"user": ["7", "8"], "item": [1, 2], "rating": [5.0, 1.0]}), buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@given(place=st.integers(0, 2000), length=st.integers(0, 5), piece=PIECES)
def test_damaged_parquet_is_read_or_refused(sound: bytes, folder: Path, place: int, length: int, piece: bytes) -> None:
    (folder / "f.parquet").write_bytes(damage(sound, place, length, piece))
    with suppress(Unusable):
        read_ratings(read_parquet(folder / "f.parquet"), {}, Scale())
