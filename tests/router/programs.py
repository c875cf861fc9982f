"""A router as a real process, and a plain client for it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench.compiled import find_package
from prometheus_client.parser import text_string_to_metric_families

KEY = "00112233445566778899aabbccddeeff" * 2
DEADLINE = 20.0  # seconds after which waiting for something is a failure


Samples = dict[str, dict[tuple[tuple[str, str], ...], float]]


class Answer(NamedTuple):
    """An answer as a client received it."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        return json.loads(self.body)


def wait_until(claim: Callable[[], Any], words: str) -> Any:
    """Poll until the claim holds."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if result := claim():
            return result
        time.sleep(0.02)
    raise AssertionError(f"waited {DEADLINE} s in vain: {words}")


class Client:
    """A client connection, byte for byte."""

    def __init__(self, port: int, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(DEADLINE)
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def fill(self) -> bool:
        """Receive more; False at the end of the stream."""
        data = self.socket.recv(65_536)
        self.buffer += data
        return bool(data)

    def take_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            if not self.fill():
                raise EOFError(f"the router closed the connection after {bytes(self.buffer)!r}")
        part = bytes(self.buffer[: self.buffer.index(mark)])
        del self.buffer[: len(part) + len(mark)]
        return part

    def take(self, size: int) -> bytes:
        while len(self.buffer) < size:
            if not self.fill():
                raise EOFError("the router closed the connection in the middle of a body")
        part = bytes(self.buffer[:size])
        del self.buffer[:size]
        return part

    def take_rest(self) -> bytes:
        while self.fill():
            pass
        rest = bytes(self.buffer)
        self.buffer.clear()
        return rest

    def receive(self, method: str = "GET") -> Answer:
        """One answer."""
        lines = self.take_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        _, status, reason = lines[0].split(" ", 2)
        headers = [(key, value.strip()) for key, _, value in (line.partition(":") for line in lines[1:])]
        answer = Answer(int(status), reason, headers, b"")
        if 100 <= answer.status < 200 or answer.status in (204, 304) or method == "HEAD":
            return answer
        return answer._replace(body=self.take_body(answer))

    def take_body(self, answer: Answer) -> bytes:
        if answer.header("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.take_until(b"\r\n"), 16):
                body += self.take(size)
                assert self.take(2) == b"\r\n"
            assert self.take(2) == b"\r\n"
            return body
        length = answer.header("Content-Length")
        return self.take(int(length)) if length is not None else self.take_rest()

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request and its answer."""
        self.send(render_request(method, target, headers, body))
        return self.receive(method)


def render_request(method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> bytes:
    """A request's bytes."""
    lines = [f"{method} {target} HTTP/1.1", "Host: shop"]
    lines += [f"{key}: {value}" for key, value in (headers or {}).items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


class Program:
    """A server of a test's own that a machine that fails may stop or kill, and that can be started again."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.is_stopped = False

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.is_stopped = number == signal.SIGSTOP

    def kill(self) -> None:
        """Kill it, as a machine that fails would. Harmless when it is not there."""
        process, self.process, self.is_stopped = self.process, None, False
        if process is not None:
            process.kill()
            process.wait()


class RouterProcess:
    """`interleaver router` as a subprocess with its configuration in `folder`."""

    def __init__(self, folder: Path, model: str, revision_hash: str = "aaaaaa") -> None:
        self.folder = folder
        self.keys = folder / "keys"
        self.keys.mkdir()
        (self.keys / "k1").write_text(KEY + "\n")
        (self.keys / "current").write_text("k1\n")
        self.config_file = folder / "router.json"
        self.log_file = folder / "router.log"
        self.model = model
        self.revision_hash = revision_hash
        self.process: subprocess.Popen[bytes] | None = None
        self.command = ["-m", "interleaver"]
        self.flags: list[str] = []
        self.baseline: Samples = {}
        self.run = "r1"  # whose counters tests look at

    def start(self) -> "RouterProcess":
        environment = {key: value for key, value in os.environ.items() if not key.startswith("INTERLEAVER_")}
        environment["PYTHONPATH"] = str(find_package())
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", *self.command, "router", "--config", str(self.config_file),
                 "--host", "127.0.0.1", "--port", "0", "--admin-port", "0", "--model", self.model,
                 "--revision-hash", self.revision_hash, *self.flags],
                env=environment, stderr=log,
            )  # fmt: skip
        listening = wait_until(lambda: self.find_event("listening"), "the router listens")
        self.port, self.admin_port = listening["port"], listening["admin_port"]
        return self

    def events(self) -> list[dict[str, Any]]:
        """The log's events."""
        lines = self.log_file.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def find_event(self, name: str) -> dict[str, Any] | None:
        assert self.process is not None
        assert self.process.poll() is None, self.log_file.read_text()
        return next((event for event in self.events() if event["event"] == name), None)

    def drain(self) -> int:
        """Run the preStop hook's program, which sees this router alone of all that run here; returns its exit code."""
        assert self.process is not None
        seen = self.folder / "processes"
        seen.mkdir(exist_ok=True)
        for name, target in (("self", "self"), (str(self.process.pid), str(self.process.pid))):
            if not (link := seen / name).exists():
                link.symlink_to(f"/proc/{target}")
        words = "import sys; from interleaver.router.process.drain import main; main(sys.argv[1])"
        environment = {"PYTHONPATH": str(find_package())}
        code = subprocess.run([sys.executable, "-c", words, seen], env=environment, check=False).returncode
        if code == 0:
            wait_until(lambda: self.find_event("draining"), "the router drains")
        return code

    def signal(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Its exit code."""
        assert self.process is not None
        return self.process.wait(DEADLINE + 25)

    def stop(self) -> None:
        """Terminate it, and check that nothing went wrong inside."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
            try:
                code = self.wait()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
            log = self.log_file.read_text()
            assert not re.search('Traceback|"fault"', log), log
            assert code == 0, log

    def memory(self) -> int:
        """Its resident memory in bytes."""
        assert self.process is not None
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    # Configuration.

    def configure(self, config: dict[str, Any]) -> None:
        """Write the configuration as a rename, and wait until it is in force."""
        self.write(json.dumps(config))
        if self.process is not None:
            self.await_generation(config["generation"])

    def await_generation(self, generation: int) -> None:
        wait_until(lambda: self.generation() == generation, f"generation {generation} is in force")

    def write(self, text: str) -> None:
        fresh = self.config_file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.config_file)

    def generation(self) -> float | None:
        """Of the configuration in force; None before there is one."""
        return self.metrics().get("interleaver_config_generation", {}).get(())

    # Requests.

    def client(self) -> Client:
        return Client(self.port)

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        with Client(self.port) as client:
            return client.request(method, target, headers, body)

    def rank(self, unit: str = "u1", body: bytes = b"{}", **headers: str) -> Answer:
        return self.request("POST", "/recommend", {"X-User-Id": unit, **headers}, body)

    def feed_back(self, document: Any, **headers: str) -> Answer:
        return self.request("POST", "/feedback", headers, json.dumps(document).encode())

    def admin(self, method: str, target: str) -> Answer:
        with Client(self.admin_port) as client:
            return client.request(method, target)

    # Metrics.

    def metrics(self) -> Samples:
        """All samples, by name and labels, read by the Prometheus client library."""
        found: Samples = {}
        for family in text_string_to_metric_families(self.admin("GET", "/metrics").body.decode()):
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
        return found

    def sample(self, name: str, **labels: str) -> float:
        return self.metrics()[name][tuple(sorted(labels.items()))]

    def count(self, name: str, run: str | None = None, **labels: str) -> float:
        """A counter of a run, by default the test's own, since the baseline."""
        key = tuple(sorted({"run": self.run if run is None else run, **labels}.items()))
        name = f"interleaver_{name}_total"
        return self.metrics()[name][key] - self.baseline.get(name, {}).get(key, 0)

    def counts(self, name: str, label: str, run: str | None = None) -> dict[str, float]:
        """All counts of a counter that are not zero, by one of its labels, since the baseline."""
        name = f"interleaver_{name}_total"
        found: dict[str, float] = {}
        for key, value in self.metrics()[name].items():
            labels, former = dict(key), self.baseline.get(name, {}).get(key, 0)
            if labels["run"] == (run or self.run) and value != former:
                found[labels[label]] = found.get(labels[label], 0) + value - former
        return found
