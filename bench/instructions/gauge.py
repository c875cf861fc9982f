"""How many instructions a router executes for one request, counted by callgrind.

The counts are dumped between batches of requests, so that start-up and warm-up stand in dumps of their own. The driver
and the models are outside valgrind. Sharing the machine does not disturb the counts; what is left of time in them is
the router's look at its configuration four times a second, some 100,000 instructions each.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Final, NamedTuple

from bench.client import Client
from bench.instructions.history import ROOT
from bench.scene import CANDIDATE_ANSWER, CHAMPION_ANSWER, write_scene
from bench.stub import serve_models

INTERLEAVING: Final = "interleaving"
CHAMPION_ONLY: Final = "champion-only"
BATCHES: Final = 4  # of each kind in one process
# In one batch: a collection of the garbage that falls into it, about a million instructions, must not show.
REQUESTS: Final = {INTERLEAVING: 150, CHAMPION_ONLY: 400}
UNITS: Final = tuple(f"unit-{n:04}" for n in range(300))  # about half of them are interleaved; they are the warm-up
PERCENT: Final = 50
UNHURRIED: Final = 60_000  # milliseconds: under valgrind no deadline may pass
START_SECONDS: Final = 90.0
TOTALS: Final = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
PART: Final = re.compile(r"^part: (\d+)", re.MULTILINE)

Counts = dict[str, list[float]]  # instructions per request in each batch, by kind


class NotMeasured(Exception):
    """The router did not start, or did not answer as it must."""


class Watched(NamedTuple):
    """A router under callgrind."""

    pid: int
    port: int
    folder: Path

    def dump(self) -> None:
        """Write what was executed since the last dump, and count from zero."""
        command = ["callgrind_control", "--dump", str(self.pid)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotMeasured(f"callgrind_control failed: {done.stdout}{done.stderr}")

    def read_dumps(self) -> list[int]:
        """The instructions of each dump, in their order."""
        texts = [path.read_text() for path in self.folder.glob("callgrind.out.*")]
        return [find(TOTALS, text) for text in sorted(texts, key=lambda text: find(PART, text))]


def find(pattern: re.Pattern[str], text: str) -> int:
    """The number that the pattern finds. Raises NotMeasured if there is none."""
    match = pattern.search(text)
    if match is None:
        raise NotMeasured(f"no {pattern.pattern} in a dump of callgrind")
    return int(match[1])


def install_valgrind() -> None:
    """Install what counts, if it is missing. Raises NotMeasured when it cannot be had."""
    script = "source hack/packages.sh && install_packages valgrind=valgrind"
    if subprocess.run(["bash", "-c", script], cwd=ROOT, check=False).returncode != 0:
        raise NotMeasured("valgrind is missing")


def gauge(source: Path, folder: Path) -> Counts:
    """Measure the router whose package stands in `source`; `folder` is made, and takes the files."""
    with serve_models(CHAMPION_ANSWER, CANDIDATE_ANSWER) as (champion, candidate):
        config = write_scene(folder, champion, candidate, PERCENT, UNHURRIED)
        with start_router(source, folder, config, champion) as router:
            kinds = run_batches(router)
        totals = router.read_dumps()[1:]  # without start-up and warm-up
    counts: Counts = {INTERLEAVING: [], CHAMPION_ONLY: []}
    for kind, total in zip(kinds, totals, strict=False):  # the last dump is the way out
        counts[kind].append(total / REQUESTS[kind])
    return counts


def run_batches(router: Watched) -> list[str]:
    """Warm up, then send the batches with a dump after each; the kinds of the batches."""
    client = Client(router.port)
    units: dict[str, list[str]] = {INTERLEAVING: [], CHAMPION_ONLY: []}
    for unit in UNITS:
        units[INTERLEAVING if client.ask(unit).is_merged else CHAMPION_ONLY].append(unit)
    router.dump()
    kinds = [kind for _ in range(BATCHES) for kind in units]
    for kind in kinds:
        send_batch(client, units[kind], kind)
        router.dump()
    client.close()
    return kinds


def send_batch(client: Client, units: list[str], kind: str) -> None:
    if not units:
        raise NotMeasured(f"no unit was served {kind} in the warm-up")
    for unit in islice(cycle(units), REQUESTS[kind]):
        answer = client.ask(unit)
        if answer.status != 200 or answer.is_merged != (kind == INTERLEAVING):
            raise NotMeasured(f"{unit} was not served {kind}: {answer!r}")


@contextmanager
def start_router(source: Path, folder: Path, config: Path, model: str) -> Iterator[Watched]:
    """A router under callgrind until the block ends, with the same hash seed every time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTERLEAVER_")}
    environment = {**kept, "PYTHONPATH": str(source), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    valgrind = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out", "--"]
    options = ["--config", str(config), "--host", "127.0.0.1", "--port", "0", "--admin-port", "0", "--model", model]
    command = [*valgrind, sys.executable, "-m", "interleaver", "router", *options, "--revision-hash", "aaaaaa"]
    log = folder / "router.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=output)
    try:
        yield Watched(process.pid, await_port(process, log), folder)
        process.terminate()
        process.wait(START_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def await_port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """The port that the router says it listens on."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        for line in log.read_text().splitlines():
            if line.startswith("{") and line.endswith("}") and '"listening"' in line:
                return int(json.loads(line)["port"])
        time.sleep(0.1)
    raise NotMeasured(f"the router did not start:\n{log.read_text()}")
