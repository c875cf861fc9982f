"""Reads every router once a second, as the operator's scrapes do, and how much memory it takes."""

import threading
from collections import defaultdict
from contextlib import suppress
from typing import Final

from tests.soak.memory import Memory, read_memory
from tests.soak.stage import Stage

EVERY_SECONDS: Final = 1.0


class Sampler:
    """A thread of its own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.over = threading.Event()
        self.memory: defaultdict[str, list[Memory]] = defaultdict(list)  # by router
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def end(self) -> None:
        self.over.set()
        self.thread.join()

    def run(self) -> None:
        while not self.over.wait(EVERY_SECONDS):
            self.weigh()
            self.look()

    def weigh(self) -> None:
        """Note the memory of all."""
        for replica in self.stage.list_present():
            process = replica.process
            if process is not None and (memory := read_memory(process.pid)) is not None:
                self.memory[replica.name].append(memory)

    def look(self) -> None:
        """Read all, and forget those that are gone."""
        for replica in self.stage.list_present():
            with suppress(OSError, EOFError):  # it was killed just now
                self.stage.scrapes.read(replica)
        self.stage.scrapes.forget({replica.name for replica in self.stage.list_present()})
