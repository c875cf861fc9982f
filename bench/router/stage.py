"""A target between its models, freshly started."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.request import urlopen

from bench.router.check import Kind
from bench.router.load import ask
from bench.router.processes import LOAD_CORE, TARGET_CORE, find_port, run_pinned
from bench.router.proxies import make_models
from bench.router.targets import OURS, OURS_CHAMPION, Place, Target
from bench.scene import CANDIDATE_ANSWER, CHAMPION_ANSWER
from bench.stub import serve_models

START_SECONDS: Final = 30.0
UNHURRIED: Final = 5_000  # milliseconds of the candidate's deadline while speed is measured
FALLBACKS: Final = "interleaver_fallbacks_total{"


class NotStarted(Exception):
    """A target did not answer as it must."""


class Stage(NamedTuple):
    """A target that runs: the port to ask, its process and its models', and where our router can be asked."""

    target: Target
    port: int
    session: int  # that of the models if the target is the model itself
    models: int
    admin_port: int

    def count_fallbacks(self) -> int | None:
        """What our router says of fallbacks; None for the others."""
        if self.target.name not in (OURS, OURS_CHAMPION):
            return None
        with urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=10) as response:
            lines = response.read().decode().splitlines()
        return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith(FALLBACKS))


@contextmanager
def set_stage(target: Target, cache: Path, hang: bool = False, milliseconds: int = UNHURRIED) -> Iterator[Stage]:
    """Start models and target until the block ends; with `hang` the candidate takes requests and never answers.

    Raises NotStarted with the target's log.
    """
    with tempfile.TemporaryDirectory(prefix="interleaver-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        champion, candidate, admin = find_port(), find_port(), find_port()
        models = start_models(stack, folder, {champion: CHAMPION_ANSWER, candidate: CANDIDATE_ANSWER})
        urls = [f"http://127.0.0.1:{port}" for port in (champion, candidate)]
        if hang:
            urls[1:] = stack.enter_context(serve_models(None))
        if target.command is None:
            await_answer(champion, Kind.PLAIN, folder / "models.log")
            yield Stage(target, champion, models, models, admin)
            return
        port, log = find_port(), folder / "target.log"
        command = target.command(Place(port, admin, urls[0], urls[1], milliseconds, folder, cache))
        session = stack.enter_context(run_pinned(command, TARGET_CORE, log, target.environment))
        await_answer(port, None if hang else target.kind, log)
        yield Stage(target, port, session, models, admin)


def start_models(stack: ExitStack, folder: Path, answers: dict[int, bytes]) -> int:
    """nginx with an answer at each port."""
    path = folder / "models.conf"
    (folder / "models").mkdir()
    path.write_text(make_models(folder / "models", answers))
    command = ["nginx", "-c", str(path), "-p", str(folder), "-e", "stderr"]
    return stack.enter_context(run_pinned(command, LOAD_CORE, folder / "models.log"))


def await_answer(port: int, kind: Kind | None, log: Path) -> None:
    """Wait for a right answer; without a kind for a port that is open, since a first answer might never come."""
    end = time.monotonic() + START_SECONDS
    fault: str | None = "not asked"
    while time.monotonic() < end:
        fault = ask(port, "first", kind) if kind is not None else knock(port)
        if fault is None:
            return
        time.sleep(0.05)
    raise NotStarted(f"{fault}\n{log.read_text()}")


def knock(port: int) -> str | None:
    """Why no connection can be had; None if one can."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError as error:
        return str(error)
    return None
