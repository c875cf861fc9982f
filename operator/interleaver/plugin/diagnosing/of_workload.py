"""The objects of an experiment: the entry Service, its pods, and what was said of them in events."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from interleaver.api import names
from interleaver.plugin.diagnosing.line import Line
from interleaver.plugin.reading.document import Told, dig, is_ours, read_time
from interleaver.plugin.reading.lengths import describe_age

Document = dict[str, Any]

MOST_EVENTS: Final = 8
MANY_RESTARTS: Final = 3


def check_service(told: Told, service: Document | None) -> Line:
    """The entry Service leads to what serves."""
    name = dig(told.spec, "service", "name")
    if service is None:
        return Line("FAIL", "service", f"there is no Service {name!r}: the operator makes it once what serves is Ready")
    hash_, serving = dig(service, "spec", "selector", names.LABEL_HASH), told.status.get("serving") or {}
    if not is_ours(service, told):
        words = f"the Service {name!r} is not this experiment's: `kubectl interleaver adopt {told.name}` takes it over"
        return Line("FAIL", "service", words)
    if hash_ != serving.get("hash"):
        return Line(
            "FAIL", "service", f"the Service {name!r} does not lead to {serving.get('revision')}: the operator is late"
        )
    return Line("OK", "service", f"the Service {name!r} leads to {serving.get('revision')}")


def check_pods(pods: list[Document]) -> Iterator[Line]:
    """Pods by revision, and what is wrong with each."""
    if not pods:
        yield Line("FAIL", "pods", "the experiment has no pods")
    revisions: dict[str, list[bool]] = {}
    for pod in pods:
        revision = str(dig(pod, "metadata", "labels", names.LABEL_REVISION))
        revisions.setdefault(revision, []).append(is_ready(pod))
        yield from list_troubles(pod)
    for revision, ready in revisions.items():
        level = "OK" if all(ready) else "WARN" if any(ready) else "FAIL"
        yield Line(level, "pods", f"{sum(ready)} of {len(ready)} pod(s) of {revision} are Ready")  # type: ignore[arg-type]


def is_ready(pod: Document) -> bool:
    conditions = dig(pod, "status", "conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def list_troubles(pod: Document) -> Iterator[Line]:
    """What keeps a container from running, or has ended it often."""
    name, status = pod["metadata"]["name"], pod.get("status") or {}
    for one in (*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])):
        waiting, restarts = dig(one, "state", "waiting") or {}, one.get("restartCount") or 0
        last = dig(one, "lastState", "terminated") or {}
        logs = f"kubectl logs {name} -c {one.get('name')}" + (" --previous" if restarts else "")
        if waiting.get("reason") not in (None, "PodInitializing", "ContainerCreating"):
            words = f"{name}/{one.get('name')} waits: {waiting.get('reason')} {waiting.get('message') or ''}".rstrip()
            yield Line("FAIL", "pods", f"{words}. See {logs}")
        elif restarts >= MANY_RESTARTS:
            words = f"{name}/{one.get('name')} was restarted {restarts} times, the last time after {last.get('reason')}"
            yield Line("WARN", "pods", f"{words} (exit code {last.get('exitCode')}). See {logs}")


def check_events(events: list[Document], told: Told, pods: list[Document], now: datetime) -> Iterator[Line]:
    """The latest warnings about the experiment and its pods."""
    meant = {told.name, *(pod["metadata"]["name"] for pod in pods)}
    warnings = [one for one in events if one.get("type") == "Warning" and find_subject(one) in meant]
    warnings.sort(key=find_time, reverse=True)
    for one in warnings[:MOST_EVENTS]:
        age = describe_age(read_time(find_time(one)), now)
        yield Line(
            "WARN",
            "events",
            f"{age} ago, {find_subject(one)}: {one.get('reason')}: {one.get('note') or one.get('message')}",
        )
    if not warnings:
        yield Line("OK", "events", "no warning about the experiment or its pods")


def find_subject(event: Document) -> str:
    return str(dig(event, "regarding", "name") or dig(event, "involvedObject", "name") or "")


def find_time(event: Document) -> str:
    """When it was seen last, by whichever field of its two APIs has that."""
    series = dig(event, "series", "lastObservedTime")
    known = (
        series,
        event.get("deprecatedLastTimestamp"),
        event.get("eventTime"),
        dig(event, "metadata", "creationTimestamp"),
    )
    return str(next(each for each in known if each))
