"""Model servers as processes of their own on loopback, for the time of a `with`."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def serve(module: str, *arguments: str) -> Iterator[str]:
    """The base URL of a server of this repository, once it serves. Raises RuntimeError for one that does not start."""
    command = [sys.executable, "-m", module, "--host", "127.0.0.1", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{read_port(process, command)}"
        finally:
            process.terminate()


def read_port(process: "subprocess.Popen[str]", command: Sequence[str]) -> int:
    """The port that the server says it listens on."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{' '.join(command)} did not start; what it said stands above")
    return int(json.loads(line)["port"])
