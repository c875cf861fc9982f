"""Namespaces of tests' own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cluster import Cluster


@contextmanager
def open_namespace(cluster: Cluster) -> Iterator[str]:
    """A new one, removed afterwards, whatever is in it."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    cluster.kubectl("create", "namespace", name)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")
