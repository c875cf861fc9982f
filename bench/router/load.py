"""Load: wrk in a closed loop, and requests at a constant rate, each measured from the instant it was due."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from bench.client import Client
from bench.router.check import Kind, find_fault
from bench.router.processes import LOAD_CORE
from bench.scene import PATH, REQUEST_BODY, UNIT

SCRIPT: Final = Path(__file__).with_name("wrk.lua")
PIN: Final = ("taskset", "-c", str(LOAD_CORE))
SAMPLE_SECONDS: Final = 0.1  # between two answers that are looked into while wrk sends
PATIENCE: Final = "5s"  # after which a request at a constant rate has failed


class Closed(NamedTuple):
    """What a closed loop came to."""

    requests: int  # that were answered with 2xx
    seconds: float
    errors: int  # other statuses than 2xx, broken connections, timeouts


class Looks(NamedTuple):
    """How many answers were looked into, and what was wrong with them."""

    asked: list[str]
    faults: list[str]


def run_closed(port: int, connections: int, seconds: int) -> Closed:
    """So many connections, each with one request at a time."""
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}{PATH}"]
    command = [*PIN, "wrk", *options, "--", UNIT, REQUEST_BODY.decode()]
    return read_closed(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def read_closed(text: str) -> Closed:
    """The line that our script writes at the end of what wrk prints."""
    found = json.loads(text.splitlines()[-1])
    failed = int(found["status"]) + int(found["broken"])
    return Closed(found["requests"] - found["status"], found["micros"] / 1e6, failed)


def run_paced(cache: Path, port: int, rate: int, seconds: float, patience: str = PATIENCE) -> list[int]:
    """Microseconds from the instant at which each request was due to its answer's end; -1 for those that failed."""
    options = ["-rate", str(rate), "-seconds", f"{seconds:g}", "-patience", patience, "-header", UNIT]
    command = [*PIN, str(cache / "pace"), *options, "-body", REQUEST_BODY.decode(), f"http://127.0.0.1:{port}{PATH}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(each) for each in json.loads(done.stdout)]


@contextmanager
def look_into_answers(port: int, kind: Kind) -> Iterator[Looks]:
    """Ask for an answer ten times a second until the block ends, and look into each."""
    looks, ended = Looks([], []), threading.Event()

    def look() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            unit = f"looker-{len(looks.asked)}"
            looks.asked.append(unit)
            if (fault := ask(port, unit, kind)) is not None:
                looks.faults.append(fault)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield looks
    finally:
        ended.set()
        thread.join()


def ask(port: int, unit: str, kind: Kind) -> str | None:
    """What is wrong with one answer on a connection of its own, a lost connection included."""
    try:
        client = Client(port)
    except OSError as error:
        return str(error)
    try:
        return find_fault(kind, client.ask(unit))
    except (OSError, ValueError) as error:
        return str(error)
    finally:
        client.close()
