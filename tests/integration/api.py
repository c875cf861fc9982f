"""The API server as the administrator sees it, without kubectl: for programs that ask it several times a second."""

import asyncio
import base64
import json
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from weakref import WeakSet

import aiohttp
import yaml
from yarl import URL

MERGE: Final = "application/merge-patch+json"
FAREWELL_SECONDS: Final = 20.0


class Api:
    """Requests by their path, to bodies as dicts."""

    def __init__(self, server: str, session: aiohttp.ClientSession, sockets: WeakSet[socket.socket]) -> None:
        self._server = server
        self._session = session
        self._sockets = sockets

    def request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """An answer as it comes, for as long as it takes."""
        asked: dict[str, Any] = {"data": body or None, "headers": headers, "timeout": aiohttp.ClientTimeout()}
        return self._session.request(method, URL(self._server + path, encoded=True), **asked)

    async def send(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> dict[str, Any]:
        """The document that is answered; an empty one for what is not there. Raises AssertionError for a failure."""
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": kind, "Accept-Encoding": "identity"}
        async with self.request(method, path, content, headers) as answer:
            text = await answer.text()
            assert answer.status < 300 or answer.status == 404, f"{method} {path}: {answer.status} {text}"
            return dict(json.loads(text)) if answer.status < 300 else {}

    async def list(self, path: str) -> list[dict[str, Any]]:
        """The elements of a list."""
        found = await self.send("GET", path)
        return list(found.get("items") or [])

    async def close(self) -> None:
        """Close every connection, and wait until it is: aiohttp says farewell to a TLS peer after its own close has
        returned, and a loop that ends before that leaves the socket to whatever test runs when the garbage is searched.
        """
        await self._session.close()
        async with asyncio.timeout(FAREWELL_SECONDS):
            while any(one.fileno() != -1 for one in self._sockets):  # noqa: ASYNC110 - no event says so
                await asyncio.sleep(0.01)


async def connect(kubeconfig: str) -> Api:
    """The API server of a kubeconfig, given as text."""
    document = yaml.safe_load(kubeconfig)
    sockets: WeakSet[socket.socket] = WeakSet()

    def make(address: aiohttp.AddrInfoType) -> socket.socket:
        made = socket.socket(*address[:3])
        sockets.add(made)
        return made

    connector = aiohttp.TCPConnector(ssl=read_credentials(document), limit=0, socket_factory=make)
    session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
    return Api(document["clusters"][0]["cluster"]["server"], session, sockets)


def read_credentials(document: dict[str, Any]) -> ssl.SSLContext:
    """The administrator's certificate, and whom he trusts."""
    cluster, user = document["clusters"][0]["cluster"], document["users"][0]["user"]
    context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    context.check_hostname = False
    with TemporaryDirectory() as folder:
        pair = Path(folder, "administrator.pem")
        pair.write_bytes(b"\n".join(base64.b64decode(user[f"client-{part}-data"]) for part in ("certificate", "key")))
        context.load_cert_chain(pair)
    return context
