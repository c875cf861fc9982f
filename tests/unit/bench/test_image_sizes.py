"""The sizes of an image's parts are told from its archive."""

from pathlib import Path

import pytest
from hack.images.sizes import main, measure, name_part

from tests.unit.bench.archives import pack, write_archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An image of two layers."""
    base = pack({"./usr/bin/python3.11": b"x" * 3_000_000})
    top = pack({"opt/v/lib/python3.11/site-packages/uvloop/loop.so": b"x" * 2_000_000, "opt/project/a.py": b"x" * 9})
    return write_archive(tmp_path / "interleaver-router-dev.tar", base, top)


def test_the_parts_of_all_layers_are_added_up(archive: Path) -> None:
    assert measure(archive) == {"usr/bin/python3.11": 3_000_000, "package uvloop": 2_000_000, "the project": 9}


def test_the_largest_part_comes_first(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([archive])
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "interleaver-router-dev: 5.0 MB"
    assert second.split(None, 1) == ["3.0", "usr/bin/python3.11"]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("opt/v/lib/python3.11/site-packages/numpy.libs/libopenblas.so", "package numpy"),
        ("opt/v/lib/python3.11/site-packages/numpy-2.1.dist-info/RECORD", "package numpy"),
        ("opt/project/interleaver/cli.py", "the project"),
        ("usr/lib/x86_64-linux-gnu/libssl.so.3", "usr/lib/x86_64-linux-gnu"),
        ("./bin/tar", "bin/tar"),
    ],
)
def test_a_file_belongs_to_a_part(path: str, part: str) -> None:
    assert name_part(path) == part
