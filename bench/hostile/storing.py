"""Storing what tenants store, by plain requests: kubectl takes seconds for a megabyte."""

from typing import Any

from kubernetes.aio import config
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.dynamic import DynamicClient, Resource
from tests.cluster import Cluster

KINDS = {
    "Pod": ("", "v1", "pods"),
    "ConfigMap": ("", "v1", "configmaps"),
    "Service": ("", "v1", "services"),
    "Deployment": ("apps", "v1", "deployments"),
    "Rollout": ("argoproj.io", "v1alpha1", "rollouts"),
    "InterleavingExperiment": ("interleaver.dev", "v1alpha1", "interleavingexperiments"),
}


class Gateway:
    """The API server. Not the operator's own gateway, so that any version of that can be measured."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def create(self, document: dict[str, Any]) -> None:
        """Store a document."""
        await self._client.create(find_resource(document["kind"]), body=document, serialize=False)

    async def get(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        """One object of a list, so that one that is not there is no error."""
        selector = f"metadata.name={name}"
        answer = await self._client.get(
            find_resource(kind), namespace=namespace, field_selector=selector, serialize=False
        )
        found: list[dict[str, Any]] = (await answer.json())["items"]
        return found[0] if found else None

    async def list(self, kind: str, namespace: str, labels: str, fields: str = "") -> list[dict[str, Any]]:
        """All that the selectors match."""
        where = {"namespace": namespace, "label_selector": labels or None, "field_selector": fields or None}
        answer = await self._client.get(find_resource(kind), serialize=False, **where)
        found: list[dict[str, Any]] = (await answer.json())["items"]
        return found

    async def patch(self, kind: str, namespace: str, name: str, patch: dict[str, Any]) -> None:
        """Merge a patch into an object."""
        where = {"name": name, "namespace": namespace, "content_type": "application/merge-patch+json"}
        await self._client.patch(find_resource(kind), body=patch, serialize=False, **where)

    async def patch_pod_status(self, namespace: str, name: str, patch: dict[str, Any]) -> None:
        """Say how a pod fares."""
        where = {"name": f"{name}/status", "namespace": namespace, "content_type": "application/merge-patch+json"}
        await self._client.patch(find_resource("Pod"), body=patch, serialize=False, **where)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.client.close()


def find_resource(kind: str) -> Any:
    """The client's description of a kind."""
    group, version, plural = KINDS[kind]
    prefix = "apis" if group else "api"
    return Resource(prefix=prefix, group=group, api_version=version, kind=kind, name=plural, namespaced=True)


async def connect_as_tenant(cluster: Cluster) -> Gateway:
    """A gateway with the cluster's kubeconfig."""

    async def discover_nothing(client: Any, cache_file: str | None) -> None:
        return None

    configuration = Configuration()
    await config.load_kube_config(config_file=str(cluster.kubeconfig), client_configuration=configuration)
    return Gateway(await DynamicClient(ApiClient(configuration), discoverer=discover_nothing))
