"""A DNS server where kubelets tell pods that there is one: the cluster that hack/cluster makes has none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from tests.cluster import PROGRAM, Cluster, run
from tests.e2e.programs import Program
from tests.packages import install

ADDRESS: Final = "10.96.0.10"  # clusterDNS in hack/cluster/node/configurations.sh
PLACE: Final = ("ip", "address")
ONLY_THESE: Final = "--address=/#/"  # any other name is one that does not exist


@contextmanager
def answer_names(cluster: Cluster, addresses: Mapping[str, str]) -> Iterator[None]:
    """Pods learn the addresses of these names until the block ends, and of no others. Other clusters have a server."""
    if run(str(PROGRAM), "provider").strip() != "node":
        yield
        return
    install("DNS server", "dnsmasq=dnsmasq-base")
    known = [f"--address=/{name}/{address}" for name, address in addresses.items()]
    here = ("--conf-file=/dev/null", "--bind-interfaces", f"--listen-address={ADDRESS}", "--pid-file", "--user=root")
    server = Program("dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", *here, *known, ONLY_THESE)
    cluster.exec(*PLACE, "add", f"{ADDRESS}/32", "dev", "lo")
    server.start()
    try:
        yield
    finally:
        server.stop()
        cluster.exec(*PLACE, "delete", f"{ADDRESS}/32", "dev", "lo")
