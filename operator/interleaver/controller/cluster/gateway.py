"""A thin typed gateway to the API server: every request has a timeout, every failure is one exception."""

import json
from typing import Any, Final

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.client.exceptions import ApiException
from kubernetes.aio.dynamic import DynamicClient

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.settings import Requests

_MERGE: Final = {"content_type": "application/merge-patch+json", "field_manager": names.FIELD_MANAGER}


class ClusterError(Exception):
    """A request that failed: the HTTP status (0 when there was no answer) and the API server's own words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code
        self.message = message


class Cluster:
    """The API server. Manifests are plain dicts that carry kind, metadata.name and metadata.namespace."""

    def __init__(self, client: Any, requests: Requests) -> None:
        self._client = client
        self._page = requests.page
        self._timeout = aiohttp.ClientTimeout(total=requests.timeout, connect=requests.connect)

    async def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None when there is none of that name."""
        try:
            return await self._send("get", kinds.resource(kind), name=name, namespace=namespace)
        except ClusterError as error:
            if error.code == 404:
                return None
            raise

    async def list(self, kind: str, namespace: str | None, labels: str | None = None) -> list[Manifest]:
        """All objects of a kind in a namespace (None: in all) that match the label selector."""
        found: list[Manifest] = []
        more: str | None = None
        while True:
            page = await self._page_of(kind, namespace, labels, more)
            # Elements of a list carry no kind of their own; whoever gets them may rely on it.
            found += [{"apiVersion": kinds.api_version(kind), "kind": kind, **item} for item in page["items"]]
            more = page["metadata"].get("continue")
            if not more:
                return found

    async def apply(self, manifest: Manifest, dry_run: bool = False) -> Manifest:
        """Server-side apply: what the manifest names becomes so, whoever else manages it. Returns the object."""
        return await self._send(
            "server_side_apply",
            kinds.resource(manifest["kind"]),
            body=manifest,
            field_manager=names.FIELD_MANAGER,
            force_conflicts=True,
            dry_run="All" if dry_run else None,
        )

    async def patch_status(self, namespace: str, name: str, version: str, patch: Manifest) -> Manifest:
        """Merge a patch into the status that was read at resource version `version`; code 409 when it is stale."""
        body = {"metadata": {"resourceVersion": version}, "status": patch}
        resource = kinds.resource(kinds.EXPERIMENT)
        return await self._send("patch", resource, name=f"{name}/status", namespace=namespace, body=body, **_MERGE)

    async def annotate_pod(self, pod: Manifest, annotations: dict[str, str]) -> None:
        """Set annotations of this very pod."""
        meta = pod["metadata"]
        body = {"metadata": {"uid": meta["uid"], "annotations": annotations}}
        where = {"name": meta["name"], "namespace": meta["namespace"]}
        await self._send("patch", kinds.resource("Pod"), body=body, **where, **_MERGE)

    async def patch(self, live: Manifest, patch: Manifest) -> Manifest:
        """Merge a patch into this very object as it was read; code 409 when it has changed since."""
        meta = live["metadata"]
        guard = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
        body = patch | {"metadata": patch.get("metadata", {}) | guard}
        where = {"name": meta["name"], "namespace": meta["namespace"]}
        return await self._send("patch", kinds.resource(live["kind"]), body=body, **where, **_MERGE)

    async def create(self, manifest: Manifest) -> bool:
        """Create an object; False when one of that name exists, which is left as it is."""
        try:
            await self._send(
                "create", kinds.resource(manifest["kind"]), body=manifest, field_manager=names.FIELD_MANAGER
            )
        except ClusterError as error:
            if error.code == 409:
                return False
            raise
        return True

    async def delete(self, live: Manifest) -> None:
        """Delete this very object, and what it owns in the background. An object that is gone is no failure."""
        meta = live["metadata"]
        body = {"preconditions": {"uid": meta["uid"]}, "propagationPolicy": "Background"}
        resource = kinds.resource(live["kind"])
        try:
            await self._send("delete", resource, name=meta["name"], namespace=meta["namespace"], body=body)
        except ClusterError as error:
            if error.code not in (404, 409):
                raise

    async def close(self) -> None:
        """Close the connections."""
        await self._client.client.close()

    async def _page_of(self, kind: str, namespace: str | None, labels: str | None, more: str | None) -> Manifest:
        return await self._send(
            "get",
            kinds.resource(kind),
            namespace=namespace,
            label_selector=labels,
            limit=self._page,
            _continue=more,
        )

    async def _send(self, method: str, resource: Any, **arguments: Any) -> Manifest:
        call = getattr(self._client, method)
        try:
            answer = await call(resource, serialize=False, _request_timeout=self._timeout, **arguments)
            found: Manifest = json.loads(await answer.read())
            return found
        except ApiException as error:
            raise ClusterError(error.status, _words(error)) from None
        except TimeoutError:
            raise ClusterError(0, f"the API server did not answer within {self._timeout.total} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ClusterError(0, f"{type(error).__name__}: {error}") from None


def _words(error: Any) -> str:
    """The message of the answer's body, which may be a Status in JSON or plain text."""
    try:
        return str(json.loads(error.body)["message"])
    except (TypeError, ValueError, KeyError):
        return str(error.body or error.reason or "no message")[:500]


async def connect(configuration: Configuration, requests: Requests) -> Cluster:
    """A gateway with these credentials. Nothing is sent yet: kinds are known, so nothing has to be discovered."""

    async def discover_nothing(client: Any, cache_file: str | None) -> None:
        return None

    client = await DynamicClient(ApiClient(configuration), discoverer=discover_nothing)
    return Cluster(client, requests)
