"""A router under callgrind, with the same hash seed every time."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from bench.instructions.history import ROOT

START_SECONDS: Final = 90.0
TOTALS: Final = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
PART: Final = re.compile(r"^part: (\d+)", re.MULTILINE)


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
