"""The operator as a process, from any checkout, and the memory that it takes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Self


@dataclass
class Operator:
    """One operator, for some namespaces only: whatever else is in the cluster is none of its business."""

    process: subprocess.Popen[bytes]

    @classmethod
    def start(
        cls,
        source: Path,
        kubeconfig: Path,
        namespaces: Iterable[str],
        log: BinaryIO,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> Self:
        """Start it from the folder that holds the package."""
        environment = os.environ | {
            "KUBECONFIG": str(kubeconfig),
            "PYTHONPATH": str(source),
            "INTERLEAVER_ROUTER_IMAGE": "localhost/interleaver-router:none",
            "INTERLEAVER_NAMESPACES": ",".join(namespaces),
            "INTERLEAVER_HOST": "127.0.0.1",
            "INTERLEAVER_PORT": "0",
            **settings,
        }
        command = [sys.executable, "-m", "interleaver", "operator"]
        return cls(subprocess.Popen(command, env=environment, stderr=log, cwd="/"))

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def measure(self, field: str = "VmRSS") -> int:
        """Bytes in memory now, or with VmHWM at most so far. 0 when it has ended."""
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0
        lines = (line.split() for line in text.splitlines() if line.startswith(f"{field}:"))
        return next((int(words[1]) * 1024 for words in lines), 0)

    def stop(self) -> int:
        """Ask it to end; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
