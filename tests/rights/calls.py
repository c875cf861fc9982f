"""Calls in an API server's audit log (audit.k8s.io/v1, a JSON document on each line). Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

CREATED: Final = 201
FORBIDDEN: Final = "forbid"
DECISION, REASON = "authorization.k8s.io/decision", "authorization.k8s.io/reason"


@dataclass(frozen=True)
class Call:
    """One request of the operator's, as the API server has seen it."""

    verb: str
    group: str
    resource: str  # with its subresource; empty: a path that is no resource
    name: str
    namespace: str
    code: int
    is_refused: bool  # by the authorizer; a denial by admission, or of what has changed, is another matter
    reason: str  # which binding of which role allowed it
    path: str

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs that it needed: who creates an object by server-side apply is asked for both, and the log has only
        the first."""
        return (self.verb, "create") if self.verb == "patch" and self.code == CREATED else (self.verb,)

    def __str__(self) -> str:
        place = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {place or self.path}" + (f" in {self.namespace}" if self.namespace else "")


def read_calls(lines: Iterable[str], user: str) -> list[Call]:
    """The user's calls. A watch is logged when it begins and when it ends; it is one call."""
    events = [json.loads(line) for line in lines if line.strip()]
    return list({event["auditID"]: read_call(event) for event in events if event["user"]["username"] == user}.values())


def read_call(event: dict[str, Any]) -> Call:
    found, notes = event.get("objectRef") or {}, event.get("annotations") or {}
    part = f"/{found['subresource']}" if found.get("subresource") else ""
    return Call(
        verb=event["verb"],
        group=found.get("apiGroup", ""),
        resource=f"{found['resource']}{part}" if found.get("resource") else "",
        name=found.get("name", ""),
        namespace=found.get("namespace", ""),
        code=int((event.get("responseStatus") or {}).get("code") or 0),
        is_refused=notes.get(DECISION) == FORBIDDEN,
        reason=notes.get(REASON, ""),
        path=event["requestURI"].partition("?")[0],
    )
