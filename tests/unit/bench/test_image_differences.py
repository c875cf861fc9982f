"""Two builds of an image are told to be the same, or what is not."""

from pathlib import Path

import pytest
from hack.images.differences import main

from tests.unit.bench.archives import pack, write_archive

PROGRAM, TEXT = "usr/bin/python3.11", "etc/os-release"


def build(folder: Path, name: str, files: dict[str, bytes], time: int = 0, configuration: bytes = b"{}") -> Path:
    (place := folder / name).mkdir()
    return write_archive(place / "interleaver-router-dev.tar", pack(files, time), configuration=configuration)


def test_of_two_builds_that_are_the_same_the_digest_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = (build(tmp_path, name, {PROGRAM: b"x"}) for name in ("first", "second"))
    assert main(one, other) == 0
    assert capsys.readouterr().out == (  # the digest of {}
        "interleaver-router-dev: twice sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n"
    )


def test_of_many_differences_the_rest_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = build(tmp_path, "first", {f"{number:02}": b"a" for number in range(23)})
    other = build(tmp_path, "second", {f"{number:02}": b"b" for number in range(23)}, configuration=b"{ }")
    assert main(one, other) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["  19: content", "  and 3 more"]


@pytest.mark.parametrize(
    ("files", "time", "words"),
    [
        ({PROGRAM: b"y", TEXT: b"a"}, 0, [f"{PROGRAM}: content"]),
        ({PROGRAM: b"x"}, 0, [f"{TEXT}: only in the first"]),
        ({PROGRAM: b"x", TEXT: b"a", "new": b""}, 0, ["new: only in the second"]),
        ({PROGRAM: b"x", TEXT: b"a"}, 9, [f"{TEXT}: time", f"{PROGRAM}: time"]),
        ({TEXT: b"a", PROGRAM: b"x"}, 0, ["no file: the configurations do, or the order of what is in a layer"]),
    ],
)
def test_of_two_that_differ_each_file_is_told_that_does_and_in_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, bytes], time: int, words: list[str]
) -> None:
    one = build(tmp_path, "first", {PROGRAM: b"x", TEXT: b"a"})
    other = build(tmp_path, "second", files, time, configuration=b"{ }")
    assert main(one, other) == 1
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("interleaver-router-dev: two builds differ: sha256:44136fa3")
    assert [line.strip() for line in others] == words
