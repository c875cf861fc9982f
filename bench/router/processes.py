"""Programs on a core of their own, and what the system says of them."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TARGET_CORE: Final = 0
LOAD_CORE: Final = 1  # of the models and the load generator as well
STOP_SECONDS: Final = 5.0


@contextmanager
def run_pinned(
    command: Sequence[str], core: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a program on one core until the block ends; its process id, which is that of its session too."""
    pinned = ["taskset", "-c", str(core), *command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            pinned, stdout=output, stderr=output, env={**os.environ, **(environment or {})}, start_new_session=True
        )
    try:
        yield process.pid
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Terminate a session, and kill what does not go."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None or list_session(process.pid):
            signal_session(process.pid, number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def signal_session(session: int, number: int) -> None:
    try:
        os.killpg(session, number)
    except ProcessLookupError:
        return


def find_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def list_session(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and read_fields(int(entry.name))[3:4] == [str(session)]:
            found.append(int(entry.name))
    return found


def read_fields(process: int) -> list[str]:
    """What /proc says of a process from its state on (proc(5), stat, field 3); empty if it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def read_processor(session: int) -> float:
    """Seconds of processor time that a session's processes have used, to a clock tick, which is 10 ms."""
    return count_ticks(session) / os.sysconf("SC_CLK_TCK")


def count_ticks(session: int) -> int:
    """Clock ticks of processor time that a session's processes have used."""
    fields = [read_fields(process) for process in list_session(session)]
    return sum(int(each[11]) + int(each[12]) for each in fields if each)


def read_memory(session: int) -> float:
    """Proportional set size of a session's processes in MB (10^6 bytes): what is shared counts by halves."""
    kilobytes = 0
    for process in list_session(session):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes * 1024 / 1e6
