"""Requests to the API server, and its refusals in words. Objects are plain JSON: what was not asked for is not read."""

import json
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from interleaver.api import names
from interleaver.plugin.refusal import Refusal

Document = dict[str, Any]

SECONDS: Final = 30.0  # for one request
BUSY: Final = (429, 500, 502, 503, 504)  # statuses of an API server that restarts, or has too much to do
MERGE: Final = "application/merge-patch+json"
EXPERIMENTS: Final = f"/apis/{names.GROUP}/{names.VERSION}"


class Failed(Refusal):
    """The API server said no; `code` is the HTTP status."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words, passes=code in BUSY)
        self.code = code


class Api:
    """The API server, and the namespace that a person means."""

    def __init__(self, client: Any, namespace: str) -> None:
        self._client = client
        self.namespace = namespace

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.rest_client.pool_manager.clear()

    @property
    def host(self) -> str:
        return str(self._client.configuration.host)

    def get(self, path: str, **query: str) -> Document:
        """An object or a list. Raises Failed or Refusal."""
        found: Document = json.loads(self.send("GET", path, query=query).data)
        return found

    def patch(self, path: str, body: Document, **query: str) -> Document:
        """Merge a patch into an object; returns it. Raises Failed or Refusal."""
        query |= {"fieldManager": names.PLUGIN_MANAGER}
        found: Document = json.loads(self.send("PATCH", path, body, MERGE, query).data)
        return found

    def create(self, path: str, body: Document, **query: str) -> Document:
        """Create an object, or ask a question that is put as one. Raises Failed or Refusal."""
        found: Document = json.loads(self.send("POST", path, body, "application/json", query).data)
        return found

    def send(
        self,
        method: str,
        path: str,
        body: Document | None = None,
        content_type: str = "",
        query: dict[str, str] | None = None,
    ) -> Any:
        """The answer, with `data` and `headers`. Raises Failed or Refusal."""
        headers = {"Accept": "application/json, */*"} | ({"Content-Type": content_type} if content_type else {})
        headers["User-Agent"] = "kubectl-interleaver"
        parameters = self._client.param_serialize(
            method, path, header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        _, url, *rest = parameters
        url += f"?{urlencode(query)}" if query else ""
        try:
            answer = self._client.call_api(method, url, *rest, _request_timeout=SECONDS)
            answer.read()
        except (HTTPError, OSError) as error:
            words = f"the API server at {self.host} cannot be reached: {find_cause(error)}"
            raise Refusal(words, passes=True) from None
        except ApiException as error:
            raise Refusal(f"the API server at {self.host} cannot be asked: {error.reason}") from None
        if not 200 <= answer.status <= 299:
            raise Failed(answer.status, explain(answer.status, answer.data, self.host))
        return answer


def place(path: str, *parts: str) -> str:
    """A path with names in it, as a URL has it."""
    return "/".join((path, *(quote(part, safe="") for part in parts)))


def find_cause(error: BaseException) -> str:
    """Why a connection failed, without the names of the classes that say so."""
    while (reason := getattr(error, "reason", None)) and isinstance(reason, BaseException):
        error = reason
    return str(error).rpartition("Failed to establish a new connection: ")[2] or type(error).__name__


def explain(code: int, body: bytes | None, host: str) -> str:
    """What the API server said, and what to do about it."""
    words = read_words(body) or f"HTTP status {code}"
    if code == 401:
        return f"the API server at {host} does not know you: {words}. Log in anew, or choose another --context"
    if code == 403:
        return f"you may not do this: {words}"
    if code == 404 and "page not found" in words:
        return (
            f"the API server at {host} knows no experiments: their CustomResourceDefinition is not installed there. "
            "Install the operator, or choose another --context"
        )
    return words


def read_words(body: bytes | None) -> str:
    """The message of a Status object or the error of a router, or else what stands there."""
    text = (body or b"").decode(errors="replace").strip()
    try:
        found = json.loads(text)
    except ValueError:
        return text[:500]
    return str(found.get("message") or found.get("error") or "") if isinstance(found, dict) else text[:500]
