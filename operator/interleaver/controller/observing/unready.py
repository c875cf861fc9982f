"""Why routers are not ready, in their own words: they alone know that a model does not answer where it will be called.

The kubelet keeps what a probe was told to itself. So the operator asks, of each revision one router, and seldom: what
does not answer must not keep visits waiting. Pure, but for the past it is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.pods import (
    admin_port,
    container_statuses,
    has_router,
    is_ready,
    is_terminating,
    pod_host,
    revision_hash,
)

MOST: Final = 4  # revisions at one visit: what serves, what is rolled out, a candidate, and what went before
AGAIN_SECONDS: Final = 3.0  # after an answer; the words change as the model comes up
SILENT_SECONDS: Final = 30.0  # after none: a wait of Unready.timeout every half a minute holds up nobody
LONGEST: Final = 450  # characters; with the reason they are quoted in a condition's message
REASONS: Final = (names.MODEL_UNREACHABLE, names.MODEL_ON_LOOPBACK)


class Answer(msgspec.Struct, frozen=True):
    """What a router answers at /readyz while it is not ready. One of an older version gives no reason."""

    error: str
    reason: str = names.ROUTER_NOT_READY


@dataclass
class Heard:
    """What this process was told by the routers of one experiment, by the pod's uid."""

    words: dict[str, str] = field(default_factory=dict)  # as trouble is told: a reason, a colon, and words
    due: dict[str, float] = field(default_factory=dict)  # when to ask again, on the monotonic clock

    def keep_only(self, pods: Iterable[Manifest]) -> None:
        """Forget pods that are gone, and those whose router is ready, which has nothing to complain of any more."""
        uids = {pod["metadata"]["uid"] for pod in pods if not is_ready(pod) and not is_router_ready(pod)}
        self.words = {uid: words for uid, words in self.words.items() if uid in uids}
        self.due = {uid: due for uid, due in self.due.items() if uid in uids}

    def list_due(self, pods: Iterable[Manifest], now: datetime, monotonic: float) -> dict[str, str]:
        """Where to ask now, by the pod's uid: of each revision the newest pod whose router runs and is not ready."""
        newest = {revision_hash(pod): pod for pod in sorted(pods, key=created) if is_unready(pod, now)}
        found = {pod["metadata"]["uid"]: f"http://{pod_host(pod)}:{admin_port(pod)}/readyz" for pod in newest.values()}
        due = [uid for uid in found if self.due.get(uid, monotonic) <= monotonic]
        return {uid: found[uid] for uid in due[:MOST]}

    def note(self, answers: Mapping[str, str | None], monotonic: float) -> None:
        """They were asked, and said this; None is no answer, or that a router is ready by now."""
        for uid, text in answers.items():
            words = read_answer(text) if text is not None else None
            self.words.pop(uid, None)
            if words is not None:
                self.words[uid] = words
            self.due[uid] = monotonic + (SILENT_SECONDS if text is None else AGAIN_SECONDS)


def is_unready(pod: Manifest, now: datetime) -> bool:
    """Whether a router runs in the pod that the kubelet calls not ready."""
    if is_ready(pod) or is_terminating(pod) or not has_router(pod, now) or admin_port(pod) is None:
        return False
    return any(status.get("started") and not status.get("ready") for status in list_routers(pod))


def is_router_ready(pod: Manifest) -> bool:
    """Whether the kubelet calls the router ready: what else the pod waits for is not the router's to tell."""
    return any(status.get("ready") for status in list_routers(pod))


def list_routers(pod: Manifest) -> list[Manifest]:
    """What the kubelet says of the pod's router; empty before it says anything."""
    return [status for status in container_statuses(pod) if status["name"] == names.ROUTER_CONTAINER]


def created(pod: Manifest) -> str:
    """When the pod was made."""
    return str(pod["metadata"].get("creationTimestamp", ""))


def read_answer(text: str) -> str | None:
    """A router's answer as trouble is told; None when it is none. It comes from a pod: it is bounded, and one line."""
    try:
        answer = msgspec.json.decode(text, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    reason = answer.reason if answer.reason in REASONS else names.ROUTER_NOT_READY
    words = "".join(letter if letter.isprintable() else " " for letter in answer.error[:LONGEST])
    return f"{reason}: {words}"
