"""A Redis that pods reach at the node's address: kept in a file, behind a password, and behind TLS where asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.certificates import make_certificates
from tests.cluster import Cluster
from tests.e2e.programs import Program, find_host, find_port
from tests.packages import install
from tests.router.redis import SERVER

PASSWORD: Final = "s3same-0pen"
AUTHORITY: Final = "/etc/interleaver/store/ca.crt"  # where routers find the Secret's ca.crt


class Redis:
    """One server. `folder` holds what it keeps and, with TLS, its certificates."""

    def __init__(self, cluster: Cluster, folder: Path, *, tls: bool = False) -> None:
        self.cluster, self.folder, self.tls = cluster, folder, tls
        self.host, self.port = find_host(cluster), find_port(cluster)
        if tls:
            make_certificates(folder, self.host)
        # Each write is on the disk before it is acknowledged: then a kill loses none.
        disk = f"--dir {folder} --appendonly yes --appendfsync always --logfile {folder}/redis.log"
        reach = f"{self.listen()} --bind 0.0.0.0 --requirepass {PASSWORD}"
        self.program = Program(SERVER, *f"{reach} {disk}".split(), "--save", "")

    def listen(self) -> str:
        """The options for the port."""
        if not self.tls:
            return f"--port {self.port}"
        files = f"--tls-cert-file {self.folder}/redis.crt --tls-key-file {self.folder}/redis.key"
        return f"--port 0 --tls-port {self.port} {files} --tls-ca-cert-file {self.folder}/ca.crt --tls-auth-clients no"

    @property
    def secret(self) -> tuple[str, ...]:
        """What a Secret must hold, as words for kubectl."""
        if not self.tls:
            return (f"--from-literal=url=redis://:{PASSWORD}@{self.host}:{self.port}/0",)
        url = f"rediss://:{PASSWORD}@{self.host}:{self.port}/0?ssl_ca_certs={AUTHORITY}"
        return (f"--from-literal=url={url}", f"--from-file=ca.crt={self.folder}/ca.crt")

    def ask(self, *words: str) -> str:
        """What a command answers."""
        reach = ["-h", self.host, "-p", str(self.port), "-a", PASSWORD, "--no-auth-warning"]
        reach += ["--tls", "--cacert", f"{self.folder}/ca.crt"] if self.tls else []
        return self.cluster.exec("redis-cli", *reach, *words).strip()


@contextmanager
def run_redis(cluster: Cluster, folder: Path, *, tls: bool) -> Iterator[Redis]:
    """A Redis that runs until the block ends."""
    install("redis-server", "redis-server=redis-server")
    redis = Redis(cluster, folder, tls=tls)
    redis.program.start()
    try:
        yield redis
    finally:
        redis.program.stop()
