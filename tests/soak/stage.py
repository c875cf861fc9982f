"""All processes of a soak: two models, a store, and routers that come and go."""

import random
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from tests.router.programs import wait_until
from tests.soak import lists, settings
from tests.soak.entry import Endpoint, Entry
from tests.soak.mounts import Mount
from tests.soak.programs import ModelProcess, Replica
from tests.soak.scrapes import Scrapes
from tests.soak.stores import KINDS

PRE_STOP_SECONDS: Final = 1.0  # between the drain and SIGTERM; a pod's is longer, for its Service is slower than ours


class Stage:
    """Starts and ends everything. Threads may call it, each for parts of its own."""

    def __init__(self, folder: Path, store: str | None, patience: int) -> None:
        self.folder = folder
        self.patience = patience
        self.entry = Entry(random.Random(1))
        self.scrapes = Scrapes()
        self.config, self.keys = Mount(folder / "config"), Mount(folder / "keys")
        self.champion = ModelProcess(lists.CHAMPION)
        self.candidate = ModelProcess(lists.CANDIDATE)
        self.store = KINDS[store](folder) if store is not None else None
        self.live: dict[str, Replica] = {}  # by slot: a, b
        self.leaving: list[Replica] = []  # drained, not ended yet
        self.ended: list[Replica] = []
        self.killed: list[str] = []  # names of those that were
        self.started = 0
        self.percent = 0  # in force at every router

    @property
    def scene(self) -> settings.Scene:
        store = self.store.url if self.store is not None else None
        return settings.Scene(self.champion.url, self.candidate.url, str(self.keys.folder), store, self.patience)

    @property
    def may_lose(self) -> bool:
        """Whether the store may lose the latest of what it acknowledged."""
        return self.store is not None and self.store.may_lose

    def __enter__(self) -> "Stage":
        """Have the store, whose address is part of every configuration."""
        try:
            if self.store is not None:
                self.store.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """End every process."""
        for replica in self.list_present():
            replica.kill()
        self.champion.kill()
        self.candidate.kill()
        if self.store is not None:
            self.store.kill()

    def start(self, slots: str) -> None:
        """Start models and routers, one for each letter. The first configuration is in place."""
        self.champion.start()
        self.candidate.start()
        for slot in slots:
            self.add_router(slot)

    def put(self, step: settings.Step) -> None:
        """Mount a change as the kubelet does: each mount at a moment of its own."""
        if step.keys is not None:
            self.keys.write(step.keys)
        if step.config is not None:
            self.config.write({"router.json": step.config})

    def await_in_force(self, generation: int) -> None:
        """Wait until every router goes by this configuration."""
        wait_until(lambda: all(self.has_taken(each, generation) for each in self.list_live()), "it is in force")

    def has_taken(self, replica: Replica, generation: int) -> bool:
        """Whether it goes by this configuration; one that was killed in the meantime need not."""
        try:
            return replica.generation() == generation
        except OSError:
            return replica not in self.list_live()

    # Routers.

    def list_live(self) -> list[Replica]:
        return list(self.live.values())

    def list_present(self) -> list[Replica]:
        """All whose counters can still be read."""
        return [*self.live.values(), *self.leaving]

    def add_router(self, slot: str) -> None:
        """Start a router, and send it requests once it is ready."""
        self.started += 1
        name = f"router-{slot}-{self.started}"
        replica = Replica(name, self.folder / name, self.champion.url, self.config, self.keys)
        replica.start()
        self.live[slot] = replica.await_ready()
        self.entry.add(Endpoint(name, replica.port))

    def kill_router(self, slot: str) -> None:
        """Kill a router, which the Service notices afterwards, and start another in its place."""
        replica = self.live.pop(slot)
        endpoint = self.entry.find(replica.name)
        assert endpoint is not None
        endpoint.killed = True
        replica.kill()
        self.killed.append(replica.name)
        time.sleep(0.05)  # a Service is no quicker
        self.entry.remove(replica.name)
        self.ended.append(replica)
        self.add_router(slot)

    def replace_router(self, slot: str) -> None:
        """Start another router, then end this one as a rollout does: out of the Service, drain, SIGTERM."""
        former = self.live[slot]
        self.leaving.append(former)
        self.add_router(slot)
        assert former.drain() == 0
        self.scrapes.leaving.add(former.name)
        self.entry.remove(former.name)
        self.scrapes.read(former)
        time.sleep(PRE_STOP_SECONDS)
        self.scrapes.read(former)
        former.stop()
        self.leaving.remove(former)
        self.ended.append(former)
