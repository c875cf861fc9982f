"""What the dashboard's graphs show: Prometheus servers that scrape as the pages say, asked over a whole story."""

import json
import math
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.built import find, is_built
from tests.cluster import ROOT, Cluster
from tests.e2e.programs import Program, find_port
from tests.e2e.scene import Scene

PAGES: Final = ("observe-the-router", "observe-the-operator")
DASHBOARD: Final = ROOT / "charts/interleaver/files/dashboard.json"
NEWER: Final = "prometheus"  # 3, as hack/gitops/build compiles it; Debian's is 2
# A graph that is empty while all is well.
QUIET: Final = {"answered {{code}}"}
STEP: Final = "1s"


@dataclass(frozen=True)
class Watcher:
    """One Prometheus, and since when it watches."""

    cluster: Cluster
    address: str
    since: float

    def ask(self, path: str, **words: str) -> Any:
        """The data of an answer."""
        form = [part for name, value in words.items() for part in ("--data-urlencode", f"{name}={value}")]
        return json.loads(self.cluster.exec("curl", "-sf", "-m", "20", f"{self.address}/api/v1/{path}", *form))["data"]

    def find_empty(self, scene: Scene) -> set[str]:
        """The legends of graphs that had nothing to show of a scene's experiment: no series with a number."""
        span = {"start": f"{self.since:.0f}", "end": f"{time.time():.0f}", "step": STEP}
        shown = {legend: self.ask("query_range", query=query, **span)["result"] for legend, query in list_graphs(scene)}
        return {legend for legend, series in shown.items() if not any(has_number(one) for one in series)}


def has_number(series: Any) -> bool:
    return any(math.isfinite(float(value)) for _, value in series["values"])


def list_graphs(scene: Scene) -> Iterator[tuple[str, str]]:
    """Legend and query of each graph, with the choices that somebody made who looks at one experiment."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            chosen = target["expr"].replace("$namespace", scene.namespace).replace("$experiment", "feed")
            yield target["legendFormat"], chosen


def write_settings(targets: Path) -> str:
    """The configuration that the pages give, each second. Debian's Prometheus finds nothing in clusters, so what the
    pages have it find stands in files, with the labels that it would have found."""
    jobs = [job for page in PAGES for job in read_page(page)["scrape_configs"]]
    for job in jobs:
        (found,) = job.pop("kubernetes_sd_configs")
        assert found.pop("role") == "pod"
        job["file_sd_configs"] = [{"files": [str(targets / f"{job['job_name']}.json")], "refresh_interval": "1s"}]
    return yaml.safe_dump({"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": jobs})


def list_targets(pods: Iterable[Any]) -> list[dict[str, Any]]:
    """Each port of each pod, as Prometheus finds them in a cluster."""
    return [
        {"targets": [f"{pod['status']['podIP']}:{port['containerPort']}"], "labels": name_port(pod, port)}
        for pod in pods
        if pod["status"].get("podIP")
        for container in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"])
        for port in container.get("ports", ())
    ]


def name_port(pod: Any, port: Any) -> dict[str, str]:
    metadata = pod["metadata"]
    labels = {f"pod_label_{re.sub('[^a-zA-Z0-9_]', '_', key)}": value for key, value in metadata["labels"].items()}
    labels |= {"namespace": metadata["namespace"], "pod_name": metadata["name"]}
    return {f"__meta_kubernetes_{key}": value for key, value in labels.items()} | {
        "__meta_kubernetes_pod_container_port_name": port.get("name", "")
    }


def point(scene: Scene, targets: Path) -> None:
    """Let them scrape the pods that are there now."""
    places = {"interleaver-routers": scene.namespace, "interleaver-operator": "interleaver-system"}
    for job, namespace in places.items():
        pods = json.loads(scene.cluster.kubectl("-n", namespace, "get", "pods", "-o", "json"))["items"]
        (new := targets / f"{job}.new").write_text(json.dumps(list_targets(pods)))
        new.rename(targets / f"{job}.json")


def read_page(name: str) -> Any:
    """The first block of YAML of a page."""
    text = (ROOT / f"docs/how-to/{name}.md").read_text()
    return yaml.safe_load(text.split("```yaml\n", 1)[1].split("```", 1)[0])


@contextmanager
def watch(scene: Scene, folder: Path) -> Iterator[dict[str, Watcher]]:
    """Every Prometheus that there is, until the block ends; `folder` holds what they scrape."""
    (settings := folder / "watching.yml").write_text(write_settings(folder))
    point(scene, folder)
    programs = {"2": "prometheus"} | ({"3": str(find(NEWER))} if is_built(NEWER) else {})
    with ExitStack() as stack:
        yield {
            version: stack.enter_context(run(scene.cluster, program, settings, folder / f"watched-by-{version}"))
            for version, program in programs.items()
        }


@contextmanager
def run(cluster: Cluster, command: str, settings: Path, data: Path) -> Iterator[Watcher]:
    address = f"127.0.0.1:{find_port(cluster)}"
    options = (f"--config.file={settings}", f"--storage.tsdb.path={data}", f"--web.listen-address={address}")
    program = Program(command, *options)
    program.start()
    try:
        yield Watcher(cluster, f"http://{address}", time.time())
    finally:
        program.stop()
