"""The program of the preStop hook: which processes it signals, of those that it can see."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import interleaver
from interleaver.router.process.drain import DRAIN_SIGNAL, drain

SOURCES = Path(interleaver.__file__).parent.parent
OURS, OTHERS = "mnt:[4026531841]", "mnt:[4026531999]"
ROUTER = b"/opt/interleaver/bin/python\0/opt/project/bin/interleaver\0router\0--config\0/etc/x\0"


def make_process(folder: Path, name: str, command: bytes = b"", files: str | None = OURS) -> None:
    process = folder / name
    (process / "ns").mkdir(parents=True)
    (process / "cmdline").write_bytes(command)
    if files is not None:
        (process / "ns/mnt").symlink_to(files)


def signalled(folder: Path) -> list[int]:
    """Which processes are signalled."""
    found: list[int] = []
    reached = drain(str(folder), lambda number, sent: found.append(number if sent == DRAIN_SIGNAL else -sent))
    assert reached == len(found)
    return sorted(found)


def test_the_signal_is_the_one_that_it_is_named_after() -> None:
    assert signal.Signals(DRAIN_SIGNAL) is signal.SIGUSR1


@pytest.mark.parametrize(
    "command",
    [ROUTER, b"python3\0-m\0interleaver\0router\0", b"interleaver\0router\0", b"tini\0--\0interleaver\0router\0-v\0"],
)
def test_the_router_is_known_by_its_command(tmp_path: Path, command: bytes) -> None:
    make_process(tmp_path, "self")
    make_process(tmp_path, "1", command)
    assert signalled(tmp_path) == [1]


@pytest.mark.parametrize(
    "command",
    [
        b"",
        b"interleaver\0operator\0",
        b"not-interleaver\0router\0",
        b"interleaver-drain\0",
        b"sh\0-c\0interleaver router\0",
        b"interleaver\0routers\0",
    ],
)
def test_nobody_else_is_signalled(tmp_path: Path, command: bytes) -> None:
    make_process(tmp_path, "self")
    make_process(tmp_path, "7", command)
    assert signalled(tmp_path) == []


def test_of_shared_processes_only_those_of_the_own_container_are_signalled(tmp_path: Path) -> None:
    """A pod may share its processes among its containers, or the node's."""
    make_process(tmp_path, "self")
    make_process(tmp_path, "1", b"/pause\0", OTHERS)
    make_process(tmp_path, "30", ROUTER, OTHERS)
    make_process(tmp_path, "31", ROUTER)
    make_process(tmp_path, "32", ROUTER, None)
    (tmp_path / "meminfo").write_text("")
    assert signalled(tmp_path) == [31]


def test_where_nobody_tells_files_apart_a_router_is_signalled_all_the_same(tmp_path: Path) -> None:
    make_process(tmp_path, "self", files=None)
    make_process(tmp_path, "1", ROUTER, None)
    assert signalled(tmp_path) == [1]


def test_a_process_that_is_not_ours_to_signal_is_none(tmp_path: Path) -> None:
    make_process(tmp_path, "self")
    make_process(tmp_path, "1", ROUTER)

    def refuse(number: int, sent: int) -> None:
        raise PermissionError(number, sent)

    assert drain(str(tmp_path), refuse) == 0


def test_next_to_nothing_is_loaded() -> None:
    """Images hold no compiled modules of the standard library: each that is loaded is compiled anew."""
    load = "import os, sys; former = {*sys.modules}; import interleaver.router.process.drain"
    show = "print(*{*sys.modules} - former)"
    words = [sys.executable, "-S", "-c", f"{load}; {show}"]
    done = subprocess.run(words, env={"PYTHONPATH": str(SOURCES)}, capture_output=True, check=True)
    packages = ("interleaver", "interleaver.router", "interleaver.router.process", "interleaver.router.process.drain")
    assert sorted(done.stdout.decode().split()) == sorted(packages)
