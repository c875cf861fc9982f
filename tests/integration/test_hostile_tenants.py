"""Tenants that mean harm, in small (`make hostile` is the same in full).

The operator stays small, says what it refuses, and serves the others.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from bench.hostile import tenants
from bench.hostile.process import Operator
from bench.hostile.storing import connect_as_tenant

from tests.cluster import ROOT, Cluster
from tests.integration.documents import install_crd

pytestmark = pytest.mark.cluster

MOST: Final = 256_000_000  # bytes; the operator's limit is twice that
HOARD: Final = 60  # of a megabyte each; in full, as lists of Python's objects, they would be more than all it may take
SECONDS: Final = 100.0


@pytest.fixture
def namespaces(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Where the hostile tenant is, and where an honest one is."""
    install_crd(cluster)
    names = tuple(f"t-{uuid.uuid4().hex[:12]}" for _ in range(2))
    for name in names:
        cluster.kubectl("create", "namespace", name)
    yield names[0], names[1]
    cluster.kubectl("delete", "namespace", *names, "--wait=false")


async def store(cluster: Cluster, hostile: str, honest: str) -> None:
    """What both tenants store before the operator starts: a restart is when it all arrives at once."""
    gateway = await connect_as_tenant(cluster)
    try:
        for namespace in (hostile, honest):
            await gateway.create(tenants.make_experiment("feed", namespace))
        for number in range(4):
            await gateway.create(tenants.make_bloated(hostile, number))
        for number in range(HOARD):
            await gateway.create(tenants.make_hoard(hostile, number))
    finally:
        await gateway.close()
    cluster.kubectl("create", "-f", "-", stdin=tenants.make_deep(hostile))


def find_reason(cluster: Cluster, namespace: str, name: str, condition: str) -> str:
    """The reason of an experiment's condition, and its message; empty when it has none."""
    template = f'{{range .status.conditions[?(@.type=="{condition}")]}}{{.reason}}: {{.message}}{{end}}'
    return cluster.kubectl("-n", namespace, "get", "ilx", name, f"--output=jsonpath={template}")


def test_hostile_tenants_neither_fill_nor_end_the_operator_and_an_honest_one_is_served(
    cluster: Cluster, namespaces: tuple[str, str], tmp_path: Path
) -> None:
    hostile, honest = namespaces
    asyncio.run(store(cluster, hostile, honest))
    refused = {"bloated-0", "bloated-3", "deep"}
    with (tmp_path / "operator.log").open("wb") as log:
        operator = Operator.start(ROOT / "operator", cluster.kubeconfig, namespaces, log)
        try:
            end = time.monotonic() + SECONDS
            told: dict[str, Any] = {}
            while time.monotonic() < end and operator.is_alive():
                told = {name: find_reason(cluster, hostile, name, "Stalled") for name in refused}
                told["feed"] = find_reason(cluster, honest, "feed", "Reconciling")
                if all(told.values()):
                    break
                time.sleep(0.5)
            assert operator.is_alive(), (tmp_path / "operator.log").read_text()
            peak = operator.measure("VmHWM")
        finally:
            operator.stop()
    assert all(told[name].startswith("TooLarge: spec") for name in refused), json.dumps(told)
    assert told["feed"].startswith("RollingOut"), told["feed"]
    assert 0 < peak < MOST, f"{peak / 1e6:.0f} MB"
