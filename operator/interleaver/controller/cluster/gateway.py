"""A thin typed gateway to the API server: every request has a timeout, every failure is one exception.

Every answer is bounded, and what is asked for in lists is metadata (cluster/answers.py).
"""

import json
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.client.exceptions import ApiException
from kubernetes.aio.dynamic import DynamicClient

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.answers import (
    HEAD,
    HEADS,
    LONGEST_WORDS,
    ClusterError,
    TooLarge,
    read_bounded,
    read_head,
    read_heads,
    read_object,
)
from interleaver.controller.cluster.experiment_answer import read_experiment
from interleaver.controller.cluster.pod_answers import read_pods
from interleaver.controller.settings import Requests

__all__ = ["Cluster", "ClusterError", "Manifests", "TooLarge", "connect"]

Manifests = list[Manifest]
Page = Callable[..., tuple[Manifests, str]]

_MERGE: Final = {"content_type": "application/merge-patch+json", "field_manager": names.FIELD_MANAGER}


class Cluster:
    """The API server. Manifests are plain dicts that carry kind, metadata.name and metadata.namespace."""

    def __init__(self, client: Any, requests: Requests) -> None:
        self._client = client
        self._requests = requests
        self._timeout = aiohttp.ClientTimeout(total=requests.timeout, connect=requests.connect)

    async def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None when there is none of that name. Raises TooLarge when it is not to be unpacked."""
        try:
            body = await self._send("get", kinds.resource(kind), None, name=name, namespace=namespace)
            return (
                read_experiment(body) if kind == kinds.EXPERIMENT else read_object(body, self._requests.longest_object)
            )
        except TooLarge as error:
            where = "" if error.outline else f"{kind} {name!r} cannot be used: "
            raise TooLarge(f"{where}{error.message}", error.outline) from None
        except ClusterError as error:
            if error.code == 404:
                return None
            raise

    async def get_metadata(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object without its content, or None when there is none of that name."""
        try:
            body = await self._send("get", kinds.resource(kind), HEAD, name=name, namespace=namespace)
        except ClusterError as error:
            if error.code == 404:
                return None
            raise
        return read_head(body, **kinds.head(kind))

    async def list(self, kind: str, namespace: str | None, labels: str | None = None) -> Manifests:
        """All objects of a kind in a namespace (None: in all) that match the label selector, without their content."""
        return await self._list(kind, namespace, labels, HEADS, read_heads)

    async def list_pods(self, namespace: str, labels: str) -> Manifests:
        """The pods that match the label selector, with what matters of them."""
        return await self._list("Pod", namespace, labels, None, read_pods)

    async def is_served(self, kind: str, namespace: str | None) -> bool:
        """Whether the API server knows the kind. Raises ClusterError, which says why not."""
        await self._send("get", kinds.resource(kind), HEADS, namespace=namespace, limit=1)
        return True

    async def apply(self, manifest: Manifest, dry_run: bool = False) -> Manifest:
        """Server-side apply: what the manifest names becomes so, whoever else manages it. Returns the object; of a dry
        run only its metadata."""
        body = await self._send(
            "server_side_apply",
            kinds.resource(manifest["kind"]),
            HEAD if dry_run else None,
            body=manifest,
            field_manager=names.FIELD_MANAGER,
            force_conflicts=True,
            dry_run="All" if dry_run else None,
        )
        return read_head(body) if dry_run else read_object(body, self._requests.longest_object)

    async def patch_status(self, namespace: str, name: str, version: str, patch: Manifest) -> Manifest:
        """Merge a patch into the status that was read at resource version `version`; code 409 when it is stale. Returns
        the experiment without its content."""
        body = {"metadata": {"resourceVersion": version}, "status": patch}
        resource = kinds.resource(kinds.EXPERIMENT)
        where = {"name": f"{name}/status", "namespace": namespace}
        return read_head(await self._send("patch", resource, HEAD, body=body, **where, **_MERGE))

    async def annotate_pod(self, pod: Manifest, annotations: dict[str, str]) -> None:
        """Set annotations of this very pod."""
        meta = pod["metadata"]
        body = {"metadata": {"uid": meta["uid"], "annotations": annotations}}
        where = {"name": meta["name"], "namespace": meta["namespace"]}
        await self._send("patch", kinds.resource("Pod"), HEAD, body=body, **where, **_MERGE)

    async def patch(self, live: Manifest, patch: Manifest) -> None:
        """Merge a patch into this very object as it was read; code 409 when it has changed since."""
        meta = live["metadata"]
        guard = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
        body = patch | {"metadata": patch.get("metadata", {}) | guard}
        where = {"name": meta["name"], "namespace": meta["namespace"]}
        await self._send("patch", kinds.resource(live["kind"]), HEAD, body=body, **where, **_MERGE)

    async def create(self, manifest: Manifest) -> bool:
        """Create an object; False when one of that name exists, which is left as it is."""
        try:
            resource = kinds.resource(manifest["kind"])
            await self._send("create", resource, HEAD, body=manifest, field_manager=names.FIELD_MANAGER)
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
            await self._send("delete", resource, HEAD, name=meta["name"], namespace=meta["namespace"], body=body)
        except ClusterError as error:
            if error.code not in (404, 409):
                raise

    async def close(self) -> None:
        """Close the connections."""
        await self._client.client.close()

    async def _list(
        self, kind: str, namespace: str | None, labels: str | None, accept: str | None, read: Page
    ) -> Manifests:
        """All elements of a list, page by page. A page that is too large is asked for again with fewer objects."""
        found: Manifests = []
        size, more, where = self._requests.page, "", {"namespace": namespace, "label_selector": labels}
        while True:
            try:
                body = await self._send(
                    "get", kinds.resource(kind), accept, limit=size, _continue=more or None, **where
                )
            except TooLarge:
                if size == 1:
                    raise
                size = max(1, size // 8)
                continue
            page, more = read(body, **kinds.head(kind))
            found += page
            if labels is not None and len(found) > self._requests.most:
                words = f"more than {self._requests.most} objects of kind {kind} carry its label {labels}: "
                raise TooLarge(words + "remove the label from those that the operator did not make")
            if not more:
                return found

    async def _send(self, method: str, resource: Any, accept: str | None, **arguments: Any) -> bytes:
        """The answer's body, in the form that `accept` asks for, or else in full."""
        call = getattr(self._client, method)
        headers = {"header_params": {"Accept": accept}} if accept else {}
        try:
            answer = await call(resource, serialize=False, _request_timeout=self._timeout, **headers, **arguments)
            return await read_bounded(answer, self._requests.longest_answer)
        except ApiException as error:
            raise ClusterError(error.status, _words(error)) from None
        except TimeoutError:
            raise ClusterError(0, f"the API server did not answer within {self._timeout.total} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ClusterError(0, f"{type(error).__name__}: {error}") from None


def _words(error: Any) -> str:
    """The message of the answer's body, which may be a Status in JSON or plain text."""
    try:
        return str(json.loads(error.body)["message"])[:LONGEST_WORDS]
    except (TypeError, ValueError, KeyError, RecursionError):
        return str(error.body or error.reason or "no message")[:500]


async def connect(configuration: Configuration, requests: Requests) -> Cluster:
    """A gateway with these credentials. Nothing is sent yet: kinds are known, so nothing has to be discovered."""

    async def discover_nothing(client: Any, cache_file: str | None) -> None:
        return None

    client = await DynamicClient(ApiClient(configuration), discoverer=discover_nothing)
    return Cluster(client, requests)
