"""What the page on the plugin shows is what its commands say: of a run that the decision core led, of a cluster whose
vote store is out of reach, and of a file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from interleaver.api import names
from interleaver.plugin.commands.diagnose import show
from interleaver.plugin.diagnosing.line import Line
from interleaver.plugin.diagnosing.of_clock import check_clock
from interleaver.plugin.diagnosing.of_operator import check_deployments, check_lease, check_rights
from interleaver.plugin.diagnosing.of_routers import Router, check_routers
from interleaver.plugin.diagnosing.of_status import check_status
from interleaver.plugin.diagnosing.of_workload import check_events, check_pods, check_service
from interleaver.plugin.diagnosing.samples import Samples
from interleaver.plugin.program import main
from interleaver.plugin.reading.document import Told
from interleaver.plugin.showing.screen import render_screen
from tests.builders import World, make_running_world, make_spec
from tests.cluster import ROOT
from tests.integration.documents import change, load
from tests.unit.plugin.situations import read

PAGE: Final = (ROOT / "docs/how-to/use-the-kubectl-plugin.md").read_text()
TERMS: Final = {
    "guardrails": [{"name": "candidate-errors", "metric": "ErrorRatio", "max": "0.02"}],
    "traffic": {"steps": [{"percent": percent, "hold": "24h"} for percent in (10, 25, 50)] + [{"percent": 100}]},
    "analysis": make_spec()["analysis"]
    | {"margin": "0.02", "minimumRun": "168h", "window": "336h", "minimumVotes": 200},
}


def make_shown() -> World:
    """A run of two and a half days, at its third step: of those who decide, a few more like the candidate."""
    world = make_running_world(**TERMS)
    for number in range(60):
        world.vote(win=12, tie=7, loss=11)
        world.count(**{"calls.candidate.ok": 399, "calls.candidate.error": number % 3})
        world.step(3600)
    return world


def rename(told: Told, name: str) -> Told:
    document: dict[str, Any] = change(told.document, "metadata.name", name)
    return Told(document)


def test_the_screen_is_that_of_a_run_in_mid_ramp() -> None:
    world = make_shown()
    screen = render_screen(rename(read(world), "home-feed"), world.now)
    assert screen.startswith("shop/home-feed: Running, ")
    assert f"```\n{screen}\n```" in PAGE, f"the page should show\n{screen}"


def list_lines(told: Told, now: datetime) -> Iterator[Line]:
    """A diagnosis in its order, of an experiment with three pods, one of which has lost the store."""
    hash_ = told.status["serving"]["hash"]
    pods = [f"home-feed-9c1f0a-{end}" for end in ("x1", "x2", "x3")]
    yield from check_status(told)
    labels = {"metadata": {"labels": {names.LABEL_EXPERIMENT_UID: "u-1"}}}
    yield check_service(told, labels | {"spec": {"selector": {names.LABEL_HASH: hash_}}})
    up = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    found = [up | {"metadata": {"name": pod, "labels": {names.LABEL_REVISION: "v41"}}} for pod in pods]
    yield from check_pods(found)
    yield from check_routers(told, [Router(pod, tell(is_up=number != 1)) for number, pod in enumerate(pods)])
    event = {"type": "Warning", "regarding": {"name": "home-feed"}, "reason": "StoreUnreachable"}
    at = {"note": "no router reaches the vote store", "eventTime": (now - timedelta(minutes=4)).isoformat()}
    yield from check_events([event | at], told, found, now)
    containers = {"template": {"spec": {"containers": [{"image": "localhost/interleaver-operator:dev"}]}}}
    operator = {"metadata": {"namespace": "interleaver-system", "name": "interleaver-operator"}}
    yield from check_deployments([operator | {"spec": {"replicas": 2} | containers, "status": {"readyReplicas": 2}}])
    renewed = (now - timedelta(seconds=3)).isoformat()
    holder = "interleaver-operator-7f4cdd5b74-l9qrf_2886f6a0"
    yield check_lease({"spec": {"holderIdentity": holder, "renewTime": renewed}}, now)
    yield check_rights("system:serviceaccount:interleaver-system:interleaver-operator", [])
    yield check_clock(format_datetime(now), now, "the API server")


def tell(*, is_up: bool) -> Samples:
    """A router's metrics."""
    lines = [
        f"interleaver_store_up {int(is_up)}",
        f"interleaver_store_buffered {0 if is_up else 41}",
        'interleaver_requests_total{run="r",arm="interleaved",outcome="ok"} 27000',
        'interleaver_fallbacks_total{run="r",reason="timeout"} 37',
    ]
    return Samples("\n".join(lines) + "\n")


def test_a_diagnosis_is_line_by_line_what_the_checks_say() -> None:
    world = make_shown()
    lines = list_lines(rename(read(world), "home-feed"), world.now)
    said = "\n".join(text for line in lines for text in show(line))
    assert said.count("FAIL") == 1
    assert f"```\n{said}\n```" in PAGE, f"the page should show\n{said}"


def test_a_files_findings_are_those_of_lint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    falling = [{"percent": 50, "hold": "1h"}, {"percent": 10, "hold": "1h"}, {"percent": 100}]
    document = change(change(load(), "spec.traffic", {"steps": falling}), "status", {"replicas": 1})
    (file := tmp_path / "examples/minimal.yaml").parent.mkdir()
    file.write_text(yaml.safe_dump(document))
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "examples/minimal.yaml"]) == 1
    said = capsys.readouterr().out
    assert f"```\n{said}```" in PAGE, f"the page should show\n{said}"
