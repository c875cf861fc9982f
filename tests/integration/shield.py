"""Namespaces in which the cluster's own operator may write nothing, so that the one under test is alone there.

End-to-end tests install an operator for the whole cluster, and run beside these tests. An admission policy keeps it
out; what it reads does no harm.
"""

import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import yaml

from tests.cluster import Cluster

OPERATOR: Final = "system:serviceaccount:interleaver-system:interleaver-operator"
PROBE: Final = "interleaver-test-probe"  # is kept out likewise, so that one can see when that begins
WORDS: Final = "another operator is under test here"


class Shield:
    """A policy of this session's own; it is in force when this is there."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.name = f"t-{uuid.uuid4().hex[:12]}"
        self.documents = yaml.safe_dump_all(list_documents(self.name))
        cluster.kubectl("apply", "-f", "-", stdin=self.documents)

    def put_over(self, namespace: str) -> None:
        """Keep the cluster's operator out of a namespace. Raises AssertionError if that takes more than a minute."""
        self.cluster.kubectl("label", "namespace", namespace, f"{self.name}=yes")
        end = time.monotonic() + 60
        while not self.is_over(namespace):
            assert time.monotonic() < end, "the policy is not in force after a minute"
            time.sleep(0.2)

    def is_over(self, namespace: str) -> bool:
        """Whether who is kept out may not even try to write."""
        attempt = ("create", "configmap", "probe", "--dry-run=server", f"--as={PROBE}", "--as-group=system:masters")
        try:
            self.cluster.kubectl("-n", namespace, *attempt)
        except subprocess.CalledProcessError as error:
            return WORDS in error.stderr
        return False

    def remove(self) -> None:
        self.cluster.kubectl("delete", "--wait=false", "-f", "-", stdin=self.documents)


def list_documents(name: str) -> list[dict[str, Any]]:
    """The policy and its binding, for namespaces that carry the name as a label."""
    rule = {
        "apiGroups": ["*"],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE"],
        "resources": ["*/*"],
    }
    policy = {
        "failurePolicy": "Fail",
        "matchConstraints": {"namespaceSelector": {"matchLabels": {name: "yes"}}, "resourceRules": [rule]},
        "validations": [{"expression": f"!(request.userInfo.username in ['{OPERATOR}', '{PROBE}'])", "message": WORDS}],
    }
    binding = {"policyName": name, "validationActions": ["Deny"]}
    kinds = {"ValidatingAdmissionPolicy": policy, "ValidatingAdmissionPolicyBinding": binding}
    version, metadata = "admissionregistration.k8s.io/v1", {"name": name}
    return [{"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec} for kind, spec in kinds.items()]


@contextmanager
def raise_shield(cluster: Cluster) -> Iterator[Shield]:
    """A shield until the block ends."""
    shield = Shield(cluster)
    try:
        yield shield
    finally:
        shield.remove()
