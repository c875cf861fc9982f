"""The API server goes away and comes back: the operator stays alive, and works on without being restarted."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.cluster import ROOT, Cluster
from tests.integration.documents import change, install_crd, load
from tests.integration.proxy import Proxy, proxied
from tests.router.ports import find_port

pytestmark = pytest.mark.cluster

SECONDS = 60.0


class Watched:
    """An operator process, seen through its own endpoints."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def fetch(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
            text: str = response.read().decode()
            return text

    def sum_of(self, metric: str, **labels: str) -> float:
        """The sum of a metric's samples with these labels; 0 while the operator does not answer yet."""
        try:
            families = list(text_string_to_metric_families(self.fetch("/metrics")))
        except urllib.error.URLError:
            return 0.0
        samples = [sample for family in families for sample in family.samples if sample.name == metric]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def experiments(self) -> float:
        """How many experiments it has visited and not seen go."""
        return self.sum_of("interleaver_operator_experiments")

    def failures(self) -> float:
        """How many visits have failed."""
        return self.sum_of("interleaver_operator_reconciles_total", result="error")


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, f"{what} did not come within {SECONDS} s"
        time.sleep(0.2)


@pytest.fixture
def proxy_and_config(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[Proxy, Path]]:
    with proxied(cluster.kubeconfig.read_text()) as (proxy, text):
        path = tmp_path / "kubeconfig"
        path.write_text(text)
        yield proxy, path


@pytest.fixture
def operator(cluster: Cluster, namespace: str, proxy_and_config: tuple[Proxy, Path]) -> Iterator[Watched]:
    port = find_port()
    environment = os.environ | {
        "KUBECONFIG": str(proxy_and_config[1]),
        "PYTHONPATH": str(ROOT / "operator"),
        "INTERLEAVER_ROUTER_IMAGE": cluster.image("router"),
        "INTERLEAVER_NAMESPACES": namespace,
        "INTERLEAVER_HOST": "127.0.0.1",
        "INTERLEAVER_PORT": str(port),
        "INTERLEAVER_RESYNC_SECONDS": "600",
    }
    log = proxy_and_config[1].with_name("operator.log")
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", "interleaver", "operator"], env=environment, stderr=stream)
    yield Watched(process, port)
    process.terminate()
    process.wait(30)
    assert "Traceback" not in log.read_text(), log.read_text()


def test_events_flow_again_after_the_api_server_was_away(
    cluster: Cluster, namespace: str, proxy_and_config: tuple[Proxy, Path], operator: Watched
) -> None:
    proxy, _ = proxy_and_config
    install_crd(cluster)
    document = change(load(), "metadata.namespace", namespace)
    cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(document))
    until(lambda: operator.experiments() == 1, "the first visit")

    proxy.cut()
    until(lambda: operator.failures() > 0, "a visit that fails")
    assert operator.fetch("/healthz") == "ok\n"
    assert operator.process.poll() is None

    # No resync is due for ten minutes: only a watch that was taken up again can tell of another experiment.
    other = change(change(document, "metadata.name", "other-feed"), "spec.service.name", "other-feed")
    cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(other))
    proxy.mend()
    until(lambda: operator.experiments() == 2, "a visit of the experiment that came during the outage")
    assert operator.process.poll() is None
