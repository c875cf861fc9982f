"""The stores of a soak, and what befalls them: one server, a cluster, or a primary that Sentinels watch over.

Of one server nothing is lost. A replica that takes over may lack what its primary had acknowledged: then votes may be
missing, which must be said, and none may count twice.
"""

import random
import signal
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from tests.router.programs import wait_until
from tests.router.redis import Redis
from tests.router.redis_nodes import NAME, Cluster, Migration, Watched, follows
from tests.soak.troubles import LONGEST, SHORTEST

HOSTS: Final = tuple(f"127.0.1.{number}" for number in range(1, 7))  # one for each node, so that a network can split
SPLIT_SECONDS: Final = 4.0  # a primary that lost touch is replaced after 1 to 3

Wait = Callable[[float], object]


class Store(Protocol):
    """What a soak needs of one."""

    @property
    def troubles(self) -> Sequence[str]:
        """What may befall it."""

    @property
    def may_lose(self) -> bool:
        """Whether the latest of what it acknowledged may be lost."""

    @property
    def url(self) -> str:
        """As routers are told."""

    def start(self) -> None:
        """Start all servers."""

    def trouble(self, what: str, wait: Wait, chance: random.Random) -> None:
        """Give trouble for a moment, and mend it."""

    def kill(self) -> None:
        """End all servers."""


class Alone:
    """One server that writes everything to disk before it answers."""

    troubles = ("killed", "stalled")
    may_lose = False

    def __init__(self, folder: Path) -> None:
        self.redis = Redis(folder)

    @property
    def url(self) -> str:
        return self.redis.url

    def start(self) -> None:
        self.redis.start()

    def trouble(self, what: str, wait: Wait, chance: random.Random) -> None:
        if what == "killed":
            self.redis.kill()
        else:
            self.redis.send_signal(signal.SIGSTOP)
        wait(chance.uniform(SHORTEST, LONGEST))
        if what == "killed":
            self.redis.start()
        else:
            self.redis.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.redis.kill()


class Nodes:
    """Servers that take over from each other."""

    troubles: Sequence[str] = ("killed", "handed-over", "split", "stalled")
    may_lose = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Redis] = []

    def make(self, *options: str, **settings: Any) -> Redis:
        folder = self.folder / f"redis{len(self.made)}"
        folder.mkdir()
        self.made.append(Redis(folder, *options, **settings))
        return self.made[-1]

    def find_primary(self) -> Redis:
        """The server that holds the run."""
        raise NotImplementedError

    def hand_over(self, primary: Redis) -> None:
        """Have a replica take over, of which the primary knows."""
        raise NotImplementedError

    def await_another(self, primary: Redis) -> None:
        """Wait until another server holds the run, and no replica is missing."""
        wait_until(lambda: self.find_primary() is not primary, "another server has taken over")

    def trouble(self, what: str, wait: Wait, chance: random.Random) -> None:
        primary = self.find_primary()
        if what == "handed-over":
            self.hand_over(primary)
        elif what == "killed":
            primary.kill()
        elif what == "stalled":
            primary.send_signal(signal.SIGSTOP)
        else:
            cut(primary, self.made)
            wait(SPLIT_SECONDS)  # for which routers go on to reach it
        try:
            self.await_another(primary)
        finally:
            self.mend(what, primary)
        wait_until(partial(follows, primary), "the former primary is a replica")

    def mend(self, what: str, primary: Redis) -> None:
        if what == "killed":
            primary.start()
        elif what == "stalled":
            primary.send_signal(signal.SIGCONT)
        elif what == "split":
            join()

    def kill(self) -> None:
        for redis in self.made:
            redis.kill()


class ClusterNodes(Nodes):
    """A cluster of three primaries with a replica each."""

    troubles = (*Nodes.troubles, "resharded")

    def start(self) -> None:
        self.cluster = Cluster(self.make, replicas=True, hosts=HOSTS)

    @property
    def url(self) -> str:
        return self.cluster.url

    def find_primary(self) -> Redis:
        return self.cluster.find_holder()

    def hand_over(self, primary: Redis) -> None:
        assert self.cluster.find_replica(primary).ask("CLUSTER", "FAILOVER") == "OK"

    def trouble(self, what: str, wait: Wait, chance: random.Random) -> None:
        if what != "resharded":
            return super().trouble(what, wait, chance)
        migration = Migration(self.cluster)
        migration.begin()
        wait(chance.uniform(0, SHORTEST))
        migration.move()
        wait(chance.uniform(0, SHORTEST))
        migration.end()


class WatchedServers(Nodes):
    """A primary, two replicas and three Sentinels."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.watched = Watched(self.make, folder, hosts=HOSTS)

    def start(self) -> None:
        self.watched.start()

    @property
    def url(self) -> str:
        return self.watched.url

    def find_primary(self) -> Redis:
        return self.watched.find_primary()

    def await_another(self, primary: Redis) -> None:
        self.watched.await_another(primary)

    def hand_over(self, primary: Redis) -> None:
        sentinel = self.watched.sentinels[0]
        wait_until(
            lambda: sentinel.ask("SENTINEL", "FAILOVER", NAME) == "OK", "a Sentinel has another server take over"
        )

    def kill(self) -> None:
        super().kill()
        self.watched.close()


KINDS: Final[dict[str, Callable[[Path], Store]]] = {
    "alone": Alone,
    "cluster": ClusterNodes,
    "sentinel": WatchedServers,
}


def cut(primary: Redis, others: Sequence[Redis]) -> None:
    """Part a server from all others, Sentinels among them, and from no router. In a network namespace of our own."""
    for host in HOSTS:
        for source, target in ((primary.host, host), (host, primary.host)) if host != primary.host else ():
            subprocess.run(["iptables", "-A", "INPUT", "-s", source, "-d", target, "-j", "DROP"], check=True)


def join() -> None:
    """Let everybody reach everybody."""
    subprocess.run(["iptables", "-F", "INPUT"], check=True)
