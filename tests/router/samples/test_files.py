"""Files: bounded in size and number, whole lines only, whatever the disk does."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from interleaver.router.samples.files import Files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_that_is_full_is_followed_by_the_next_and_the_oldest_makes_room(tmp_path: Path) -> None:
    files = Files("pod")
    for number in range(10):
        files.write(b"%04d\n" % number, str(tmp_path), 10, 3)
    files.close()
    assert names(tmp_path) == ["pod-00000003.jsonl", "pod-00000004.jsonl", "pod-00000005.jsonl"]
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [
        b"0004\n0005\n", b"0006\n0007\n", b"0008\n0009\n",
    ]  # fmt: skip


def test_a_router_that_was_started_again_goes_on_where_it_was(tmp_path: Path) -> None:
    for number in range(3):
        files = Files("pod")
        files.write(b"%d\n" % number, str(tmp_path), 100, 2)
        files.close()
    assert (tmp_path / "pod-00000001.jsonl").read_bytes() == b"0\n1\n2\n"


def test_a_line_that_was_cut_off_when_its_writer_was_killed_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "pod-00000004.jsonl").write_bytes(b'{"whole": 1}\n{"cut')
    files = Files("pod")
    files.write(b"{}\n", str(tmp_path), 100, 2)
    files.close()
    assert (tmp_path / "pod-00000004.jsonl").read_bytes() == b'{"whole": 1}\n{"cut\n{}\n'


def test_files_of_other_pods_and_of_other_people_are_left_alone(tmp_path: Path) -> None:
    others = ["pod-2-00000001.jsonl", "other-00000001.jsonl", "pod-1.jsonl", "notes.txt"]
    for name in others:
        (tmp_path / name).write_text("theirs")
    files = Files("pod")
    for _ in range(9):
        files.write(b"line\n", str(tmp_path), 5, 2)
    files.close()
    assert set(names(tmp_path)) >= set(others)
    assert len(names(tmp_path)) == len(others) + 2


def test_a_host_is_no_path() -> None:
    assert "/" not in Files("../../etc/x").host


def test_what_could_be_written_of_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files("pod")
    files.write(b"whole\n", str(tmp_path), 1000, 2)
    write = os.write

    def write_a_part(file: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", refuse)
        return write(file, data[:3])

    def refuse(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", write_a_part)
    with pytest.raises(OSError, match="No space left"):
        files.write(b"another\n", str(tmp_path), 1000, 2)
    monkeypatch.undo()
    files.write(b"third\n", str(tmp_path), 1000, 2)
    files.close()
    assert (tmp_path / "pod-00000001.jsonl").read_bytes() == b"whole\nthird\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A real file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(files: Files, line: bytes, folder: str) -> None:
    """Write more than there is room for."""
    for _ in range(100):
        files.write(line, folder, 1_000_000, 2)


def test_a_disk_that_is_full_keeps_whole_lines_and_takes_more_once_there_is_room(small_disk: Path) -> None:
    files, line = Files("pod"), b"x" * 4095 + b"\n"
    with pytest.raises(OSError, match="No space left"):
        fill(files, line, str(small_disk))
    written = small_disk / "pod-00000001.jsonl"
    assert written.stat().st_size % len(line) == 0
    assert written.stat().st_size > 0
    files.close()
    written.unlink()
    files.write(line, str(small_disk), 1_000_000, 2)
    files.close()
    assert written.read_bytes() == line
