"""Two operators and one Lease on a real API server: one works at a time, and the other soon takes over."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.cluster import Cluster
from tests.integration.documents import CRD_FILE, change
from tests.integration.replicas import Replica, until
from tests.integration.shield import Shield
from tests.integration.test_controller_outage import Watched
from tests.integration.test_controller_program import make_document
from tests.integration.wire import Hold, Write, wired

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]  # processes start slowly where much else runs

SHORT = {"INTERLEAVER_LEASE_SECONDS": "6"}


@pytest.fixture
def replicas(cluster: Cluster, namespace: str, shield: Shield, tmp_path: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two operators that have not been started."""
    shield.put_over(namespace)
    cluster.kubectl("apply", "-f", str(CRD_FILE))
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(CRD_FILE))
    with ExitStack() as stack:
        made = []
        for name in ("first", "second"):
            (folder := tmp_path / name).mkdir()
            wire, kubeconfig = stack.enter_context(wired(cluster.kubeconfig.read_text()))
            made.append(Replica(cluster, namespace, folder, kubeconfig, wire))
            stack.callback(made[-1].stop)
        yield made[0], made[1]


def apply(replica: Replica, name: str = "home-feed") -> None:
    document = change(change(make_document(), "metadata.name", name), "spec.service.name", name)
    document = change(document, "metadata.namespace", replica.namespace)
    replica.cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(document))


def leads(watched: Watched) -> bool:
    return watched.sum_of("interleaver_operator_leader") == 1


def visits(watched: Watched) -> float:
    return watched.sum_of("interleaver_operator_reconciles_total")


def measure(watched: Watched) -> float:
    """Seconds until it leads."""
    start = time.monotonic()
    until(lambda: leads(watched), "the lead")
    return time.monotonic() - start


def test_one_works_and_the_other_takes_over_soon_and_sooner_when_it_is_told(
    replicas: tuple[Replica, Replica], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = replicas
    one = first.start()
    until(lambda: leads(one), "the lead")
    other = second.start()
    apply(first)
    until(lambda: one.experiments() == 1, "a visit")
    # Who waits is ready, has heard of the experiment, and has visited and written nothing.
    until(lambda: other.sum_of("interleaver_operator_queue_depth") == 1, "word of the experiment")
    assert not leads(other)
    assert (visits(other), second.writes()) == (0, [])
    assert first.writes() != []

    first.send(signal.SIGTERM)
    told = measure(other)
    assert first.process is not None
    assert first.process.wait(30) == 0
    until(lambda: other.experiments() == 1, "a visit by the second")

    again = first.start()
    second.send(signal.SIGKILL)
    killed = measure(again)
    apply(first, "other-feed")
    until(lambda: again.experiments() == 2, "visits by the first")
    lease = yaml.safe_load(
        first.cluster.kubectl("-n", first.namespace, "get", "lease", "interleaver-operator", "-o", "yaml")
    )
    assert lease["spec"]["leaseTransitions"] == 2
    with capsys.disabled():
        words = f"{told:.1f} s from one that was told to end, {killed:.1f} s from one that was killed"
        sys.stdout.write(f"\ntaken over after {words}\n")


def is_status(write: Write) -> bool:
    return write.path.endswith("/status")


def is_child(write: Write) -> bool:
    return "/configmaps/" in write.path


@pytest.mark.parametrize("meant", [is_status, is_child])
def test_what_an_ex_leader_wrote_before_it_was_paused_is_refused_and_it_writes_nothing_more(
    replicas: tuple[Replica, Replica], meant: Callable[[Write], bool]
) -> None:
    first, second = replicas
    hold = Hold(meant)
    first.wire.find_fault = hold.find
    one = first.start(**SHORT)
    until(lambda: leads(one), "the lead")
    other = second.start(**SHORT)
    apply(first)
    assert hold.reached.wait(60)
    first.send(signal.SIGSTOP)
    until(lambda: leads(other), "the lead of the second")
    until(lambda: any(meant(write) and write.status in (200, 201) for write in second.writes()), "its own write")

    before = len(first.writes())
    hold.released.set()
    assert hold.answered.wait(60)
    assert hold.write is not None
    assert hold.write.status == 409
    first.send(signal.SIGCONT)
    until(lambda: "leading no more" in first.log.read_text(), "its insight")
    apply(first, "other-feed")
    until(lambda: other.experiments() == 2, "a visit by the second")
    assert first.writes()[before:] == []
    assert not leads(one)
    assert one.fetch("/healthz") == "ok\n"
