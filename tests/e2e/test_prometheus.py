"""A real Prometheus, which scrapes a shop's till: it ends a run that costs money, and its own death ends none."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.built import is_built
from tests.cluster import Cluster
from tests.e2e.graphs import NEWER, QUIET, Watcher, point, watch
from tests.e2e.programs import Program, find_host, find_port
from tests.e2e.scene import Scene
from tests.layers import LEFT_OUT
from tests.packages import install

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

SETTING = "INTERLEAVER_PROMETHEUS_ADDRESSES"
OPERATOR = ("-n", "interleaver-system")
BASKET = "sum(rate(shop_revenue_total[5s])) / sum(rate(shop_orders_total[5s]))"


class Shop:
    """A till and the Prometheus that scrapes it."""

    def __init__(self, cluster: Cluster, folder: Path, address: str) -> None:
        self.cluster = cluster
        self.folder = folder
        self.address = address
        self.till_port = find_port(cluster)
        self.till: Program | None = None
        self.prometheus = Program(
            *("prometheus", f"--config.file={self.write_settings()}", f"--storage.tsdb.path={folder / 'data'}"),
            f"--web.listen-address={address.removeprefix('http://')}",
        )

    def write_settings(self) -> Path:
        scrape = {"job_name": "till", "static_configs": [{"targets": [f"127.0.0.1:{self.till_port}"]}]}
        path = self.folder / "prometheus.yml"
        settings = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": [scrape]}
        path.write_text(yaml.safe_dump(settings))
        return path

    def open(self, scene: Scene) -> None:
        """Sell to shoppers, and wait until Prometheus knows what a basket is worth."""
        words = ("-m", "tests.e2e.till", f"--url={scene.address()}", f"--port={self.till_port}")
        self.till = Program(sys.executable, *words)
        self.till.start()
        self.prometheus.start()
        scene.until(lambda: self.ask() is not None, "a value")

    def ask(self) -> float | None:
        """What a basket is worth; None when Prometheus does not say, as with its 503 while it starts."""
        words = ("curl", "-sf", "-m", "5", f"{self.address}/api/v1/query", "--data-urlencode", f"query={BASKET}")
        try:
            result = json.loads(self.cluster.exec(*words))["data"]["result"]
        except subprocess.CalledProcessError:
            return None
        return float(result[0]["value"][1]) if result and result[0]["value"][1] != "NaN" else None

    def close(self) -> dict[str, int]:
        """Stop both; returns what the till counted."""
        self.prometheus.stop()
        till, self.till = self.till, None
        return json.loads(till.stop()) if till else {}


@pytest.fixture(scope="module")
def address(installed: Cluster) -> Iterator[str]:
    """Where Prometheus will listen on the node; the operator is allowed to ask there."""
    install("prometheus", "prometheus=prometheus")
    address = f"http://{find_host(installed)}:{find_port(installed)}"
    allow(installed, f"{SETTING}={address}")
    yield address
    allow(installed, f"{SETTING}-")


def allow(cluster: Cluster, words: str) -> None:
    """Change the operator's setting, as an administrator would."""
    cluster.kubectl(*OPERATOR, "set", "env", "deployment/interleaver-operator", words)
    status = ("rollout", "status", "deployment/interleaver-operator", "--timeout=90s")
    cluster.kubectl(*OPERATOR, *status, seconds=100)


@pytest.fixture
def shop(scene: Scene, address: str, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose champion serves already."""
    scene.apply(candidate=None)
    scene.await_condition("Ready")
    shop = Shop(scene.cluster, tmp_path, address)
    yield shop
    shop.close()


def guard(address: str, minimum: str) -> dict[str, Any]:
    """The fields of the spec that guard the worth of a basket."""
    return {
        "prometheus": {"address": address},
        "guardrails": [{"name": "basket", "query": BASKET, "min": minimum}],
    }


def find_reading(scene: Scene) -> dict[str, Any]:
    """The guardrail's state; empty when there is none."""
    readings = scene.status().get("run", {}).get("guardrails", [])
    return next((reading for reading in readings if reading["name"] == "basket"), {})


def check_graphs(watchers: dict[str, Watcher], scene: Scene) -> None:
    """Each Prometheus took what routers and operators sent, and shows something in every graph of the dashboard."""
    for version, watcher in watchers.items():
        assert watcher.find_empty(scene) <= QUIET, f"Prometheus {version}"


def test_a_candidate_that_costs_money_is_rolled_back_by_a_query_and_the_dashboard_shows_the_run(
    scene: Scene, shop: Shop, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if not is_built(NEWER):
        record_property(LEFT_OUT, "the dashboard on a Prometheus 3: hack/gitops/build prometheus")
    with watch(scene, tmp_path) as watchers:
        lose_money(scene, shop, partial(point, scene, tmp_path))
        check_graphs(watchers, scene)


def lose_money(scene: Scene, shop: Shop, look_around: Callable[[], None]) -> None:
    """A run from its first request until the baskets are as they were."""
    shop.open(scene)
    assert shop.ask() == pytest.approx(10)
    scene.apply(**guard(shop.address, "8.9"))
    scene.until(lambda: "run" in scene.status(), "the run")
    look_around()
    scene.kubectl("wait", "--for=jsonpath={.status.decision.verdict}=Rollback", "ilx/feed", "--timeout=80s", seconds=90)
    decision = scene.status()["decision"]
    assert decision["reason"] == "Guardrail"
    assert "guardrail basket is breached (value " in decision["message"]
    assert scene.status()["serving"]["revision"] == "v1"
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")
    scene.until(lambda: shop.ask() == pytest.approx(10), "baskets as they were")
    counted = shop.close()
    assert counted["orders"] > 100
    assert {name for name in counted if name.startswith("failed")} == set(), "no shopper noticed"


def test_a_prometheus_that_dies_holds_the_run_and_harms_nothing(scene: Scene, shop: Shop) -> None:
    shop.open(scene)
    steps = {"steps": [{"percent": 20, "hold": "12s"}, {"percent": 100}]}
    scene.apply(traffic=steps, **guard(shop.address, "1"))
    scene.until(lambda: "readAt" in find_reading(scene), "the first reading")
    since = scene.condition("Ready")["lastTransitionTime"]

    shop.prometheus.stop(signal.SIGKILL)
    scene.until(lambda: scene.status().get("run", {}).get("hold") == "NoGuardrailData", "the hold")
    assert find_reading(scene)["unknown"].startswith("ClientConnectorError")
    time.sleep(8)  # looks, one a second: twice as many as a breach would take
    status = scene.status()
    assert (status["run"]["percent"], status["run"]["hold"]) == (20, "NoGuardrailData")
    assert "decision" not in status
    assert find_reading(scene)["streak"] == 0
    assert scene.condition("Ready")["status"] == "True"
    assert scene.condition("Ready")["lastTransitionTime"] == since
    assert "guardrail basket gives no data" in scene.condition("Concluded")["message"]
    assert "RampHeld" in scene.kubectl("get", "events")

    shop.prometheus.start()
    scene.until(lambda: scene.status().get("run", {}).get("percent") == 100, "the next step")
    assert "unknown" not in find_reading(scene)


def test_an_address_that_nobody_allowed_is_stalled_and_starts_no_run(scene: Scene, address: str) -> None:
    scene.apply(**guard("http://prometheus.example:9090", "1"))
    scene.await_condition("Stalled", reason="PrometheusNotAllowed")
    assert SETTING in scene.condition("Stalled")["message"]
    scene.await_condition("Ready")
    assert "run" not in scene.status()
    scene.apply(**guard(address, "1"))
    scene.until(lambda: "run" in scene.status(), "the run")
    assert scene.condition("Stalled") == {}


def test_a_token_is_taken_only_from_a_secret_that_is_labelled_for_it(scene: Scene, address: str) -> None:
    scene.let_operator_use_secrets()
    scene.kubectl("create", "secret", "generic", "monitoring", "--from-literal=token=t0ken")
    asking = guard(address, "1")
    asking["prometheus"]["authSecretRef"] = {"name": "monitoring", "key": "token"}
    scene.apply(**asking)
    scene.await_condition("Stalled", reason="SecretNotUsable")
    assert "label it interleaver.dev/use=prometheus" in scene.condition("Stalled")["message"]
    scene.await_condition("Ready")
    assert "run" not in scene.status()
    scene.kubectl("label", "secret", "monitoring", "interleaver.dev/use=prometheus")
    scene.until(lambda: "run" in scene.status(), "the run", seconds=30)
    assert scene.condition("Stalled") == {}
    assert "t0ken" not in scene.explain()
