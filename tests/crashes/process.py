"""The operator as a process, which may be killed at any moment and has a successor at once."""

import asyncio
import os
import sys
from pathlib import Path

from tests.cluster import ROOT
from tests.crashes.clocks import WallClock


class Operator:
    """One process at a time, that goes through a wire."""

    def __init__(self, namespace: str, folder: Path, kubeconfig: str, **settings: str) -> None:
        self.namespace = namespace  # empty: all of them
        self._settings = settings
        self.log = folder / "operator.log"
        self.clock = WallClock(folder)
        self.has_clock = False  # of its own, and not the machine's
        self._kubeconfig = folder / "kubeconfig"
        self._kubeconfig.write_text(kubeconfig)
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    async def start(self) -> None:
        environment = (
            os.environ
            | {
                "KUBECONFIG": str(self._kubeconfig),
                "PYTHONPATH": str(ROOT / "operator"),
                "INTERLEAVER_ROUTER_IMAGE": "localhost/interleaver-router:test",
                "INTERLEAVER_NAMESPACES": self.namespace,
                "INTERLEAVER_HOST": "127.0.0.1",
                "INTERLEAVER_PORT": "0",
            }
            | self._settings
        )
        environment |= self.clock.list_variables() if self.has_clock else {}
        with self.log.open("ab") as log:
            command = (sys.executable, "-m", "interleaver", "operator")
            self._process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=log)
        self._starts += 1

    async def kill(self) -> None:
        """kill -9, by its own id."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def stop(self) -> int | None:
        """Ask it to end, as a kubelet does, and wait until it has; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.terminate()
        return await process.wait()

    async def replace(self) -> None:
        """Kill it and start another one."""
        await self.kill()
        await self.start()

    def is_at_work(self) -> bool:
        """Whether the last one that was started has begun to work."""
        return self.log.read_text().count("operator started") == self._starts

    def has_ended(self) -> bool:
        """Whether it has ended by itself, which it never should."""
        return self._process is not None and self._process.returncode is not None
