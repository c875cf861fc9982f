"""Several real Redis servers that belong together: nodes of a cluster, and a primary with replicas and Sentinels."""

import signal
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from interleaver.router.shared.slots import find_slot

from .ports import find_port
from .programs import Program, wait_until
from .redis import SERVER, Redis

MakeRedis = Callable[..., Redis]

SLOTS: Final = (("0", "5460"), ("5461", "10922"), ("10923", "16383"))
DOWN_MILLISECONDS: Final = 1000  # of silence, after which a node is taken for dead
LOOPBACK: Final = "127.0.0.1"
NAME: Final = "votes"  # by which Sentinels know the primary


class Cluster:
    """Three primaries that share the slots and, if asked for, a replica of each. Node by node `hosts` says where."""

    def __init__(
        self, make_redis: MakeRedis, *options: str, replicas: bool = False, hosts: Sequence[str] = (LOOPBACK,) * 6
    ) -> None:
        self.nodes = [start_node(make_redis, host, *options) for host in hosts[: 6 if replicas else 3]]
        for node, slots in zip(self.nodes, SLOTS, strict=False):
            assert node.ask("CLUSTER", "ADDSLOTSRANGE", *slots) == "OK"
        for number, node in enumerate(self.nodes):
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
            node.ask("CLUSTER", "MEET", self.nodes[0].host, str(self.nodes[0].port), find_bus(self.nodes[0]))
        for node in self.nodes:
            wait_until(partial(self.is_joined, node), "the cluster is ready")
        for primary, replica in zip(self.nodes, self.nodes[3:], strict=False):
            assert replica.ask("CLUSTER", "REPLICATE", primary.ask("CLUSTER", "MYID")) == "OK"
        for replica in self.nodes[3:]:
            wait_until(partial(follows, replica), "a replica follows")
        for node in self.nodes if replicas else ():
            wait_until(partial(self.knows_replicas, node), "all know of the replicas")

    @property
    def url(self) -> str:
        """As a router is told: one node would do, but the one that is named may be dead."""
        return "redis+cluster://" + ",".join(f"{node.host}:{node.port}" for node in self.nodes)

    def is_joined(self, node: Redis) -> bool:
        info = node.ask("CLUSTER", "INFO")
        return "cluster_state:ok" in info and f"cluster_known_nodes:{len(self.nodes)}" in info

    def knows_replicas(self, node: Redis) -> bool:
        return node.ask("CLUSTER", "NODES").count("slave") == 3

    def find_holder(self) -> Redis:
        """The primary that holds the keys of the run, once there are any."""
        found: Redis = wait_until(lambda: next((each for each in self.nodes if is_holder(each)), None), "it holds keys")
        return found

    def find_other(self, node: Redis) -> Redis:
        """Another primary."""
        return next(each for each in self.nodes if each is not node and each.ask("ROLE").startswith("master"))

    def find_replica(self, primary: Redis) -> Redis:
        """A replica of a primary."""
        line = f"myself,slave {primary.ask('CLUSTER', 'MYID')}"
        return next(each for each in self.nodes if line in each.ask("CLUSTER", "NODES"))


def start_node(make_redis: MakeRedis, host: str, *options: str) -> Redis:
    timeout = ("--cluster-node-timeout", str(DOWN_MILLISECONDS), "--repl-diskless-sync-delay", "0")
    validity = ("--cluster-replica-validity-factor", "0")  # a replica may take over however old its copy is
    bus = ("--cluster-enabled", "yes", "--cluster-port", str(find_port()))
    return make_redis(*bus, *timeout, *validity, *options, host=host).start()


def find_bus(node: Redis) -> str:
    return node.options[node.options.index("--cluster-port") + 1]


def is_holder(node: Redis) -> bool:
    """Whether a node holds the run and the others go by that: its own view may be the last to change."""
    if node.process is None or node.is_stopped:
        return False
    found = node.ask("ROLE").startswith("master") and bool(node.keys("*:totals"))
    return found and "cluster_state:ok" in node.ask("CLUSTER", "INFO")


def follows(replica: Redis) -> bool:
    return "master_link_status:up" in replica.ask("INFO", "replication")


def await_copies(primary: Redis, replicas: int) -> None:
    """Wait until so many replicas have all that a primary has taken.

    WAIT would not do: it is about the writes of the connection that asks, and that of redis-cli has made none.
    """
    wait_until(partial(has_copies, primary, replicas), f"{replicas} replicas have all of it")


def has_copies(primary: Redis, replicas: int) -> bool:
    lines = primary.ask("INFO", "replication").splitlines()
    offset = next(line.partition(":")[2] for line in lines if line.startswith("master_repl_offset:"))
    return sum(f"state=online,offset={offset}," in line for line in lines) == replicas


def cut_off(primary: Redis, *replicas: Redis) -> None:
    """Have replicas get nothing of what a primary takes from now on, as if its words were still on their way: they must
    copy all of it anew, and the primary waits with that."""
    for words in (("repl-diskless-sync", "yes"), ("repl-diskless-sync-delay", "600"), ("repl-backlog-size", "16384")):
        assert primary.ask("CONFIG", "SET", *words) == "OK"
    for replica in replicas:
        replica.send_signal(signal.SIGSTOP)
    primary.ask("CLIENT", "KILL", "TYPE", "replica")
    tag = primary.keys("*:totals")[0].partition("}")[0]
    primary.ask("SET", f"{tag}}}:filler", "x" * 65_536)  # more than a replica could be sent later
    primary.ask("DEL", f"{tag}}}:filler")
    for replica in replicas:
        replica.send_signal(signal.SIGCONT)


def find_slot_of(node: Redis) -> str:
    """The slot of the run whose keys a node holds."""
    return str(find_slot(node.keys("*:totals")[0]))


class Migration:
    """The run's slot on its way to another node, as `redis-cli --cluster reshard` moves it, one step at a time."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.source = cluster, cluster.find_holder()
        self.target = cluster.find_other(self.source)
        self.slot = find_slot_of(self.source)
        self.ids = [node.ask("CLUSTER", "MYID") for node in (self.source, self.target)]

    def begin(self) -> None:
        assert self.target.ask("CLUSTER", "SETSLOT", self.slot, "IMPORTING", self.ids[0]) == "OK"
        assert self.source.ask("CLUSTER", "SETSLOT", self.slot, "MIGRATING", self.ids[1]) == "OK"

    def move(self, *keys: str) -> None:
        to = (self.target.host, str(self.target.port), "", "0", "5000", "KEYS")
        assert self.source.ask("MIGRATE", *to, *(keys or self.source.keys())) in ("OK", "NOKEY")

    def end(self) -> None:
        while self.source.keys():  # a router may have written more
            self.move()
        for node in (self.target, self.source, *self.cluster.nodes):
            node.ask("CLUSTER", "SETSLOT", self.slot, "NODE", self.ids[1])

    def move_all(self) -> None:
        """All steps at once."""
        self.begin()
        self.end()


class Sentinel(Program):
    """Watches over a Redis, and tells who asks where it is."""

    def __init__(self, folder: Path, redis: Redis, quorum: int = 1, host: str = LOOPBACK) -> None:
        super().__init__()
        self.port, self.host = find_port(), host
        self.file = folder / f"sentinel{self.port}.conf"
        own = [f"port {self.port}", f"bind {host}", f"bind-source-addr {host}", "protected-mode no", f"dir {folder}"]
        own += [f"sentinel monitor {NAME} {redis.host} {redis.port} {quorum}"]
        own += [f"sentinel down-after-milliseconds {NAME} {DOWN_MILLISECONDS}"]
        own += [f"sentinel failover-timeout {NAME} 2500"]
        own += [f"sentinel auth-pass {NAME} {redis.secret}"] if redis.secret else []
        self.file.write_text("\n".join(own) + "\n")

    def start(self) -> "Sentinel":
        with self.file.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen([SERVER, str(self.file), "--sentinel"], stdout=log, stderr=log)
        wait_until(lambda: self.ask("PING") == "PONG", "a Sentinel answers")
        return self

    def ask(self, *words: str) -> str:
        """What redis-cli says."""
        command = ["redis-cli", "-h", self.host, "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.strip()

    def find_primary(self) -> str:
        """The port of the server that this one takes for the primary."""
        return self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).split()[-1]

    def is_ready(self) -> bool:
        """Whether it knows two replicas and two Sentinels, and so can replace the primary."""
        told = self.ask("SENTINEL", "MASTER", NAME).split()
        pairs = dict(zip(told[::2], told[1::2], strict=False))
        return (pairs.get("num-slaves"), pairs.get("num-other-sentinels")) == ("2", "2")


class Watched:
    """A primary with two replicas, and three Sentinels over them. Server by server `hosts` says where."""

    def __init__(
        self, make_redis: MakeRedis, folder: Path, *options: str, hosts: Sequence[str] = (LOOPBACK,) * 6
    ) -> None:
        self.make_redis, self.options, self.hosts = make_redis, options, hosts
        self.folder = folder
        self.servers: list[Redis] = []
        self.sentinels: list[Sentinel] = []

    def start(self) -> "Watched":
        """Start all of them; `close` ends the Sentinels, even when this failed."""
        sync = ("--repl-diskless-sync-delay", "0", *self.options)
        first = self.make_redis(*sync, host=self.hosts[0]).start()
        self.servers.append(first)
        follow = ("--replicaof", first.host, str(first.port))
        self.servers += [self.make_redis(*sync, *follow, host=host).start() for host in self.hosts[1:3]]
        for replica in self.servers[1:]:
            wait_until(partial(follows, replica), "a replica follows")
        for host in self.hosts[3:]:
            self.sentinels.append(Sentinel(self.folder, first, 2, host))
            self.sentinels[-1].start()
        for sentinel in self.sentinels:
            wait_until(sentinel.is_ready, "a Sentinel knows all of them")
        return self

    @property
    def first(self) -> Redis:
        """The server that is the primary in the beginning."""
        return self.servers[0]

    @property
    def url(self) -> str:
        """As a router is told."""
        return "redis+sentinel://" + ",".join(f"{each.host}:{each.port}" for each in self.sentinels) + f"/{NAME}/0"

    def find_primary(self) -> Redis:
        """The server that is one, where several say so the one that most Sentinels name."""
        ports = [sentinel.find_primary() for sentinel in self.sentinels if sentinel.process is not None]
        port = max(ports, key=ports.count)
        return next((each for each in self.servers if str(each.port) == port), self.first)

    def await_another(self, former: Redis) -> Redis:
        """The server that has taken over from a former primary."""

        def find() -> Redis | None:
            found = self.find_primary()
            return found if found is not former and found.ask("ROLE").startswith("master") else None

        taken: Redis = wait_until(find, "another server has taken over")
        return taken

    def close(self) -> None:
        for sentinel in self.sentinels:
            sentinel.kill()
