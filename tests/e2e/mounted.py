"""Files of Secrets that an administrator gives the operator, as its pods see them."""

import json
import time
from contextlib import suppress
from subprocess import CalledProcessError
from typing import Final

from tests.cluster import Cluster

OPERATOR: Final = ("-n", "interleaver-system")
POD: Final = ("pod", "-l", "app.kubernetes.io/name=interleaver")


def await_file(cluster: Cluster, path: str, *, there: bool) -> None:
    """Wait until all of the operator's pods see a file, or see that it is gone, for any of them may lead."""
    end = time.monotonic() + 150  # the kubelet looks once a minute, and at once when something about the pod changes
    while any(sees(cluster, pod, path) is not there for pod in list_pods(cluster)):
        assert time.monotonic() < end, f"{path} there: {not there}"
        with suppress(CalledProcessError):  # one of them is gone by now
            cluster.kubectl(*OPERATOR, "annotate", *POD, "--overwrite", f"test.interleaver.dev/look={time.time()}")
        time.sleep(0.5)


def list_pods(cluster: Cluster) -> list[str]:
    """The operator's pods by name, but for those that are about to go."""
    found = json.loads(cluster.kubectl(*OPERATOR, "get", *POD, "-o", "json"))["items"]
    return [pod["metadata"]["name"] for pod in found if "deletionTimestamp" not in pod["metadata"]]


def sees(cluster: Cluster, pod: str, path: str) -> bool | None:
    """Whether a file is there for a pod; None when the pod cannot be asked, for it is not up, or gone by now."""
    look = ("python3", "-c", f"import os; print(os.path.exists({path!r}))")
    try:
        return cluster.kubectl(*OPERATOR, "exec", pod, "--", *look).strip() == "True"
    except CalledProcessError:
        return None
