"""How fast the lab asks, beside wrk against the same trivial server with as many connections: `make bench-lab`.

The server has one core, whoever asks the other. Both ask in turn, in an order that is shuffled each round, and what
counts is the ratio within a round. The lab does all that it does in an evaluation: it reads each ranking, and has each
answer on the disk.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from bench.client import Client
from bench.lab.asking_page import KINDS, Round, find_missed, make_table, write_page
from bench.router.load import run_closed
from bench.router.processes import LOAD_CORE, TARGET_CORE, find_port, run_pinned
from bench.scene import CHAMPION_ITEMS, PATH, REQUEST_BODY, UNIT
from interleaver.api.v1alpha1 import Contract
from interleaver.lab.asking.asking import ask
from interleaver.lab.asking.options import Options
from interleaver.lab.suites.suite import Cases, Request, Suite
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.metric import Task

EXPECTED: Final = [tuple(f'"{item}"' for item in CHAMPION_ITEMS)]
STARTING: Final = 20.0  # seconds that a server may take to listen
LEAST_CASES: Final = 1_000  # of a round


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lab.asking", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=3, help="of each load (%(default)s)")
    parser.add_argument("--connections", type=int, default=16, help="(%(default)s)")
    options = parser.parse_args()
    if not {TARGET_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        sys.exit("needs two cores: one for the server, one for whoever asks")
    os.sched_setaffinity(0, {LOAD_CORE})
    chance = random.Random(0)
    found = {kind: list(measure(kind, options.rounds, options.seconds, options.connections, chance)) for kind in KINDS}
    print("\n".join(make_table(found)))
    write_page(found, options.connections, options.seconds)
    if missed := find_missed(found):
        sys.exit("\n".join(missed))


def measure(kind: str, rounds: int, seconds: int, connections: int, chance: random.Random) -> Iterator[Round]:
    """Rounds against a server of this kind."""
    with serve(kind) as port, TemporaryDirectory() as folder:
        run_closed(port, connections, 1)
        rate, _ = run_lab(port, connections, 2 * LEAST_CASES, Path(folder) / "warm")
        for number in range(1, rounds + 1):
            cases = max(LEAST_CASES, round(rate * seconds))
            file, first = Path(folder) / str(number), chance.random() < 0.5
            wrk = run_wrk(port, connections, seconds) if first else 0.0
            rate, micros = run_lab(port, connections, cases, file)
            found = Round(wrk or run_wrk(port, connections, seconds), rate, micros)
            print(f"{kind}, round {number}: wrk {found.wrk:,.0f}/s, lab {found.lab:,.0f}/s", file=sys.stderr)
            yield found


@contextmanager
def serve(kind: str) -> Iterator[int]:
    """The trivial server on its core; its port."""
    port = find_port()
    with run_pinned([sys.executable, "-m", "bench.lab.trivial", kind, str(port)], TARGET_CORE, Path(os.devnull)):
        end = time.monotonic() + STARTING
        while not listens(port):
            if time.monotonic() > end:
                sys.exit(f"the server {kind} did not start")
            time.sleep(0.05)
        yield port


def listens(port: int) -> bool:
    """Whether a connection can be had."""
    try:
        Client(port).close()
    except OSError:
        return False
    return True


def run_wrk(port: int, connections: int, seconds: int) -> float:
    """Answers a second that wrk gets."""
    closed = run_closed(port, connections, seconds)
    if closed.errors:
        sys.exit(f"wrk had {closed.errors} errors")
    return closed.requests / closed.seconds


def run_lab(port: int, connections: int, cases: int, file: Path) -> tuple[float, float]:
    """Answers a second that the lab gets, read and on the disk, and microseconds of processor time for each."""
    suite = make_suite(cases)
    start, used = time.perf_counter(), time.process_time()
    answers = ask(suite, f"http://127.0.0.1:{port}", Options(concurrency=connections, file=file))
    seconds, used = time.perf_counter() - start, time.process_time() - used
    if answers.partial or answers.retries or answers.rankings != EXPECTED * cases:
        sys.exit(f"the lab did not get what the server sends: {answers.stopped or set(answers.words)}")
    asked = cases + answers.asked_twice
    return asked / seconds, 1e6 * used / asked


def make_suite(cases: int) -> Suite:
    """A suite of so many equal queries, each of a unit of its own."""
    contract = {"path": PATH, "unit": {"header": UNIT}, "items": "/items", "itemId": "/id"}
    return Suite(
        folder=Path(),
        name="bench",
        task=Task.RANKING,
        contract=Contract.model_validate(contract),
        cases=Cases(
            ids=[f"q{number}" for number in range(cases)],
            units=np.arange(cases),
            unit_names=[f"unit-{number}" for number in range(cases)],
            sources=label(["production"] * cases),
            attributes={},
            requests=[Request(REQUEST_BODY, {})] * cases,
        ),
        digest="0" * 64,
    )


if __name__ == "__main__":
    main()
