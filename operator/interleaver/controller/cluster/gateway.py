"""A thin typed gateway to the API server: every request has a timeout, every failure is one exception.

Every answer is bounded, and what is asked for in lists is metadata (cluster/answers.py).
"""

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, TypeVar

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
    HeadPage,
    NotLeading,
    TooLarge,
    Wholes,
    read_bounded,
    read_head,
    read_heads,
    read_object,
    read_page,
    unpack,
)
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.cluster.experiment_answer import read_experiment
from interleaver.controller.cluster.pod_answers import read_pods
from interleaver.controller.cluster.service_answers import MOST_SERVICES, read_services
from interleaver.controller.settings import Requests

__all__ = ["Cluster", "ClusterError", "Manifests", "NotLeading", "TooLarge", "connect"]

Manifests = list[Manifest]
Found = TypeVar("Found")
Page = Callable[..., tuple[Found, str]]

# A field that no such object has is only warned of otherwise, and dropped: what it was meant to say would be missing.
STRICT: Final = ("fieldValidation", "Strict")
LOG_LINES: Final = 40
LOG_BYTES: Final = 1 << 16  # of these lines, from the first on
_VERBS: Final = {"server_side_apply": "apply"}
_MERGE: Final = {"content_type": "application/merge-patch+json", "field_manager": names.FIELD_MANAGER}


def always() -> bool:
    """Whether a process may write that is alone, and knows it."""
    return True


class Cluster:
    """The API server. Manifests are plain dicts that carry kind, metadata.name and metadata.namespace."""

    def __init__(
        self, client: Any, requests: Requests, may_write: Callable[[], bool] = always, calls: Calls | None = None
    ) -> None:
        self._client = client
        self._calls = calls or Calls()
        self._requests = requests
        self._may_write = may_write
        self._timeout = aiohttp.ClientTimeout(total=requests.timeout, connect=requests.connect)

    async def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None when there is none of that name. Raises TooLarge when it is not to be unpacked."""
        try:
            return self._read(kind, await self._send("get", kinds.resource(kind), None, name=name, namespace=namespace))
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

    async def list_pods(self, namespace: str | None, labels: str) -> Manifests:
        """The pods that match the label selector, with what matters of them."""
        return await self._list("Pod", namespace, labels, None, read_pods)

    async def list_services(self, namespace: str) -> Manifests:
        """The Services of a namespace that select pods, with their names and selectors."""
        return await self._list("Service", namespace, None, None, read_services, MOST_SERVICES)

    def read_heads(self, kind: str, namespace: str | None, labels: str | None) -> AsyncIterator[HeadPage]:
        """The heads of all that match, page by page."""
        return self._pages(kind, namespace, labels, HEADS, read_page, self._requests.long_page)

    def read_objects(self, kind: str, namespace: str | None, labels: str | None) -> AsyncIterator[Manifests]:
        """All that match, page by page, but for what is not to be unpacked."""
        return self._pages(kind, namespace, labels, None, self._read_whole, self._requests.page)

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
        the experiment, or without its spec one that is not to be unpacked."""
        body = {"metadata": {"resourceVersion": version}, "status": patch}
        resource = kinds.resource(kinds.EXPERIMENT)
        where = {"name": f"{name}/status", "namespace": namespace}
        stored = await self._send("patch", resource, None, body=body, **where, **_MERGE)
        try:
            return read_experiment(stored)
        except TooLarge as error:
            return error.outline or {}

    async def annotate_pod(self, pod: Manifest, annotations: dict[str, str]) -> None:
        """Set annotations of this very pod."""
        meta = pod["metadata"]
        body = {"metadata": {"uid": meta["uid"], "annotations": annotations}}
        where = {"name": meta["name"], "namespace": meta["namespace"]}
        await self._send("patch", kinds.resource("Pod"), HEAD, body=body, **where, **_MERGE)

    async def patch(self, live: Manifest, patch: Manifest) -> Manifest:
        """Merge a patch into this very object as it was read; code 409 when it has changed since. Returns the object
        without its content."""
        meta = live["metadata"]
        guard = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
        body = patch | {"metadata": patch.get("metadata", {}) | guard}
        where = {"name": meta["name"], "namespace": meta["namespace"]}
        return read_head(await self._send("patch", kinds.resource(live["kind"]), HEAD, body=body, **where, **_MERGE))

    async def create(self, manifest: Manifest, dry_run: bool = False) -> bool:
        """Create an object; False when one of that name exists, which is left as it is. A dry run only asks."""
        try:
            resource = kinds.resource(manifest["kind"])
            dry = {"dry_run": "All", "query_params": [STRICT]} if dry_run else {}
            await self._send("create", resource, HEAD, body=manifest, field_manager=names.FIELD_MANAGER, **dry)
        except ClusterError as error:
            if error.code == 409:
                return False
            raise
        return True

    async def delete(self, live: Manifest, unchanged: bool = False) -> None:
        """Delete this very object as it was read, and what it owns in the background. One that is gone is no failure,
        nor one that was changed meanwhile, for which the next visit has another look: code 409 when it must be
        `unchanged`."""
        meta = live["metadata"]
        guard = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
        body = {"preconditions": guard, "propagationPolicy": "Background"}
        resource = kinds.resource(live["kind"])
        try:
            await self._send("delete", resource, HEAD, name=meta["name"], namespace=meta["namespace"], body=body)
        except ClusterError as error:
            if error.code != 404 and (unchanged or error.code != 409):
                raise

    async def read_log(self, namespace: str, pod: str, container: str) -> str:
        """The last lines that a container wrote."""
        query = [("container", container), ("tailLines", str(LOG_LINES)), ("limitBytes", str(LOG_BYTES))]
        where = {"name": f"{pod}/log", "namespace": namespace}
        return (await self._send("get", kinds.resource("Pod"), "*/*", **where, query_params=query)).decode(
            errors="replace"
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.client.close()

    def _read(self, kind: str, body: bytes) -> Manifest:
        return read_experiment(body) if kind == kinds.EXPERIMENT else read_object(body, self._requests.longest_object)

    def _read_whole(self, body: bytes, **more: str) -> tuple[Manifests, str]:
        """A page of whole objects, and where the list goes on."""
        page, found = unpack(body, Wholes), list[Manifest]()
        for item in page.items or ():
            with contextlib.suppress(TooLarge):
                found.append(more | self._read(more["kind"], bytes(item)))
        return found, page.metadata.more

    async def _list(
        self,
        kind: str,
        namespace: str | None,
        labels: str | None,
        accept: str | None,
        read: Page[Manifests],
        enough: int | None = None,
    ) -> Manifests:
        """All elements of a list, or as many as are enough."""
        found: Manifests = []
        async for page in self._pages(kind, namespace, labels, accept, read, self._requests.page):
            found += page
            if labels is not None and len(found) > self._requests.most:
                words = f"more than {self._requests.most} objects of kind {kind} carry its label {labels}: "
                raise TooLarge(words + "remove the label from those that the operator did not make")
            if enough is not None and len(found) >= enough:
                break
        return found

    async def _pages(
        self, kind: str, namespace: str | None, labels: str | None, accept: str | None, read: Page[Found], size: int
    ) -> AsyncIterator[Found]:
        """A list, page by page. A page that is too large is asked for again with fewer objects."""
        more, where = "", {"namespace": namespace, "label_selector": labels}
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
            yield page
            if not more:
                return

    async def _send(self, method: str, resource: Any, accept: str | None, **arguments: Any) -> bytes:
        """The answer's body, in the form that `accept` asks for, or else in full. Raises NotLeading instead of writing
        when others may have begun to write."""
        if method != "get" and not self._may_write():
            raise NotLeading
        call = getattr(self._client, method)
        headers = {"header_params": {"Accept": accept}} if accept else {}
        started, status = time.monotonic(), 0
        try:
            answer = await call(resource, serialize=False, _request_timeout=self._timeout, **headers, **arguments)
            status = answer.status
            return await read_bounded(answer, self._requests.longest_answer)
        except ApiException as error:
            status = error.status or 0
            raise ClusterError(error.status, _words(error)) from None
        except TimeoutError:
            raise ClusterError(0, f"the API server did not answer within {self._timeout.total} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ClusterError(0, f"{type(error).__name__}: {error}") from None
        finally:
            verb = _VERBS.get(method, method) if "name" in arguments or method != "get" else "list"
            self._calls.add(verb, resource.name, status, time.monotonic() - started)


def _words(error: Any) -> str:
    """The message of the answer's body, which may be a Status in JSON or plain text."""
    try:
        return str(json.loads(error.body)["message"])[:LONGEST_WORDS]
    except (TypeError, ValueError, KeyError, RecursionError):
        return str(error.body or error.reason or "no message")[:500]


async def connect(
    configuration: Configuration,
    requests: Requests,
    may_write: Callable[[], bool] = always,
    calls: Calls | None = None,
) -> Cluster:
    """A gateway with these credentials, that asks before each write whether it may, and counts its calls. Nothing is
    sent yet: kinds are known, so nothing has to be discovered."""

    async def discover_nothing(client: Any, cache_file: str | None) -> None:
        return None

    client = await DynamicClient(ApiClient(configuration), discoverer=discover_nothing)
    return Cluster(client, requests, may_write, calls)
