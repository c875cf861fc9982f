"""One namespace of a whole life, and what somebody does there."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from interleaver.api import names
from tests.crashes.process import Operator
from tests.crashes.story import Story, make_manifest
from tests.integration.api import MERGE, Api

SECONDS: Final = 300.0  # for any one thing to come; the whole takes about 40
POLL: Final = 0.3

Document = dict[str, Any]


class Place:
    """One namespace, and what somebody does there."""

    def __init__(self, api: Api, operator: Operator, namespace: str) -> None:
        self._api = api
        self._operator = operator
        self.namespace = namespace
        self._experiments = f"/apis/{names.GROUP}/{names.VERSION}/namespaces/{namespace}/{names.PLURAL}"
        self._maps = f"/api/v1/namespaces/{namespace}/configmaps"

    async def create(self, group: str, plural: str, document: Document) -> None:
        await self._api.send("POST", f"{group}/namespaces/{self.namespace}/{plural}", document)

    async def begin(self, story: Story, **spec: Any) -> None:
        """Create an experiment; None leaves a part of its spec out."""
        manifest = make_manifest(story, self.namespace)
        changed = {key: value for key, value in (manifest["spec"] | spec).items() if value is not None}
        await self._api.send("POST", self._experiments, manifest | {"spec": changed})

    async def change(self, **spec: Any) -> None:
        await self._api.send("PATCH", f"{self._experiments}/feed", {"spec": spec}, MERGE)

    async def annotate(self, name: str, value: str) -> None:
        await self._api.send("PATCH", f"{self._experiments}/feed", {"metadata": {"annotations": {name: value}}}, MERGE)

    async def read_service(self) -> Document:
        found: Document = await self._api.send("GET", f"/api/v1/namespaces/{self.namespace}/services/home-feed")
        return found

    async def end(self) -> None:
        """Delete the experiment, and wait until only what it keeps is left, of which the operator has taken note."""
        await self._api.send("DELETE", f"{self._experiments}/feed")
        await self.until(lambda live: not live, "its end")

    async def until(self, holds: Callable[[Document], Any], what: str) -> Document:
        """Wait until something is true of the experiment (empty: there is none), and return it."""
        end = time.monotonic() + SECONDS
        while not holds(live := await self._api.send("GET", f"{self._experiments}/feed")):
            self._go_on(end, what)
            await asyncio.sleep(POLL)
        return live

    async def until_records(self, selector: str, number: int) -> None:
        """Wait until there are so many records."""
        end = time.monotonic() + SECONDS
        while len(await self._api.list(f"{self._maps}?labelSelector={selector}")) != number:
            self._go_on(end, f"{number} of {selector}")
            await asyncio.sleep(POLL)

    def _go_on(self, end: float, what: str) -> None:
        log = self._operator.log.read_text()[-3000:]
        assert not self._operator.has_ended(), f"the operator ended by itself\n{log}"
        assert time.monotonic() < end, f"{self.namespace}: {what} did not come within {SECONDS:.0f} s\n{log}"
