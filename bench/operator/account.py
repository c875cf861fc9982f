"""An account of one operator's own, so that the API server counts its requests and nobody else's."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from tests.cluster import Cluster

COUNTED: Final = "apiserver_flowcontrol_dispatched_requests_total"


@dataclass(frozen=True)
class Account:
    """A ServiceAccount, the credentials with which it comes, and the flow schema that its requests fall under."""

    cluster: Cluster
    name: str
    namespace: str
    kubeconfig: Path

    def count(self) -> int:
        """Requests that the API server has taken from it."""
        pattern = re.compile(rf'^{COUNTED}{{[^}}]*flow_schema="{self.name}"[^}}]*}} (\S+)$', re.MULTILINE)
        text = self.cluster.kubectl("get", "--raw", "/metrics", seconds=120)
        return int(sum(float(value) for value in pattern.findall(text)))

    def remove(self) -> None:
        """Remove what is not in the namespace."""
        self.cluster.kubectl("delete", f"clusterrolebinding/{self.name}", f"flowschema/{self.name}", "--wait=false")


def open_account(cluster: Cluster, namespace: str, folder: Path) -> Account:
    """A new one in a namespace that is there."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("apply", "--filename=-", stdin=yaml.safe_dump_all(describe(name, namespace)))
    token = cluster.kubectl("--namespace", namespace, "create", "token", name, "--duration=12h").strip()
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    config["users"] = [{"name": name, "user": {"token": token}}]
    for context in config["contexts"]:
        context["context"]["user"] = name
    kubeconfig = folder / f"{name}.yaml"
    kubeconfig.write_text(yaml.safe_dump(config))
    kubeconfig.chmod(0o600)
    return Account(cluster, name, namespace, kubeconfig)


def describe(name: str, namespace: str) -> list[dict[str, Any]]:
    """The account, all rights, and the flow schema."""
    subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    everything = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": True}
    schema = {
        "matchingPrecedence": 50,
        "priorityLevelConfiguration": {"name": "workload-high"},
        "rules": [
            {
                "subjects": [
                    {"kind": "ServiceAccount", "serviceAccount": {"name": name, "namespace": namespace}},
                ],
                "resourceRules": [everything],
                "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
            }
        ],
    }
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": role,
            "subjects": [subject],
        },
        {
            "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
            "kind": "FlowSchema",
            "metadata": {"name": name},
            "spec": schema,
        },
    ]
