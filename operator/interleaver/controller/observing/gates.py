"""Gates as they are seen: the Job of the one that a run is at, with the end of its log, and Jobs that are denied."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from interleaver.api.experiment import Experiment
from interleaver.api.gates import LONGEST_LOG, GateResult
from interleaver.api.manifest import Manifest
from interleaver.api.observed import GateJob, Gating
from interleaver.api.revision import digest
from interleaver.api.status import Run
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import is_owned_by
from interleaver.controller.cluster.pods import condition, container_statuses, holds, is_terminating
from interleaver.controller.observing.trouble import trouble
from interleaver.resources.gate_job import draft_jobs

BY_JOB: Final = "batch.kubernetes.io/controller-uid="  # what selects a Job's pods; its uid follows
LATE_REASON: Final = "DeadlineExceeded"
LATE: Final = f"its pod had not ended at the deadline ({LATE_REASON})"
UNENDED: Final = ("Failed", "Stopped")  # gates whose Job may go on, and must not


class SeenGate(NamedTuple):
    """What is seen of gates: for the core, and the live Job for whoever acts."""

    gating: Gating
    live: Manifest | None = None


@dataclass
class GateWatch:
    """Looks at gates, where an administrator lets the operator run them; remembers which Jobs were denied."""

    clock: Callable[[], float]  # seconds, never going back
    recheck: float  # seconds
    answers: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)  # when, and the words

    async def find(self, cluster: Cluster, experiment: Experiment) -> SeenGate:
        """What is seen of an experiment's gates now. Raises ClusterError."""
        run = experiment.status.run
        if run is None:
            return SeenGate(Gating(is_on=True, invalid=await self._find_invalid(cluster, experiment)))
        gate = find_sought(run)
        if gate is None:
            return SeenGate(Gating(is_on=True))
        try:
            live = await cluster.get("Job", experiment.metadata.namespace, gate.job)
            return SeenGate(Gating(is_on=True, job=await describe(cluster, experiment, gate.job, live)), live)
        except ClusterError as error:
            if error.code != 403:
                raise
            return SeenGate(Gating(is_on=True, unread=error.message))

    async def _find_invalid(self, cluster: Cluster, experiment: Experiment) -> dict[str, str]:
        """The gates of a candidate that is to be tried whose Jobs the API server denies, and its words."""
        found = {}
        for name, job in draft_jobs(experiment):
            key = (experiment.metadata.namespace, digest(job if isinstance(job, str) else job["spec"]))
            asked, words = self.answers.get(key, (float("-inf"), ""))
            if self.clock() - asked >= self.recheck:
                words = job if isinstance(job, str) else await ask(cluster, job)
                now = self.clock()
                recent = {other: one for other, one in self.answers.items() if now - one[0] < self.recheck}
                self.answers = recent | {key: (now, words)}
            if words:
                found[name] = words
        return found


async def ask(cluster: Cluster, job: Manifest) -> str:
    """The API server's words on a Job that it denies, or that we may not make; empty when it would be made."""
    try:
        await cluster.create(job, dry_run=True)
    except ClusterError as error:
        if not is_denied(error) and error.code != 403:
            raise
        return error.message
    return ""


def find_sought(run: Run) -> GateResult | None:
    """The gate whose Job is looked for: the one that goes on, or one that has ended and whose Job may not have."""
    last = run.gates[-1] if run.gates else None
    is_unended = last is not None and run.stage == "RollingBack" and last.state in UNENDED
    return last if last is not None and (last.is_open or is_unended) else None


async def describe(cluster: Cluster, experiment: Experiment, name: str, live: Manifest | None) -> GateJob:
    """What is seen of a Job of that name. Raises ClusterError."""
    if live is None:
        return GateJob(name, "Absent")
    if not is_owned_by(live, experiment):
        return GateJob(name, "Foreign")
    is_complete, failure = holds(live, "Complete"), condition(live, "Failed") if holds(live, "Failed") else None
    if is_terminating(live) and not is_complete and failure is None:
        return GateJob(name, "Absent")
    pods = await cluster.list_pods(experiment.metadata.namespace, BY_JOB + live["metadata"]["uid"])
    if is_complete or failure:
        log = await read_logs(cluster, pods)
        return GateJob(name, "Failed" if failure else "Complete", explain_end(failure, pods), log)
    return GateJob(name, "Active", trouble(None, pods) or "")


def explain_end(failure: Manifest | None, pods: list[Manifest]) -> str:
    """How a Job ended, in words: what its containers say, or else what the Job says of itself."""
    if failure is None:
        return "its Job has completed"
    reasons = [
        LATE if pod["status"]["reason"] == LATE_REASON else str(pod["status"]["reason"])
        for pod in pods
        if pod.get("status", {}).get("reason")
    ]
    ends = [words for pod in pods for words in list_bad_ends(pod)]
    return "; ".join([*reasons, *ends]) or f"{failure.get('reason', 'Failed')}: {failure.get('message', '')}"


def list_bad_ends(pod: Manifest) -> Iterator[str]:
    """How each container ended that did not end well."""
    for status in container_statuses(pod):
        ended = status.get("state", {}).get("terminated")
        if ended and ended.get("exitCode"):
            words = " ".join(filter(None, [ended.get("reason"), ended.get("message", "").strip()]))
            yield f"container {status['name']} ended with exit code {ended['exitCode']}" + (
                f" ({words})" if words else ""
            )


async def read_logs(cluster: Cluster, pods: list[Manifest]) -> str:
    """The end of the log of the container that matters: one that did not end well, or else the last. A log that cannot
    be had says why: no gate waits for a node that is away."""
    for pod in pods:
        statuses = [one for one in container_statuses(pod) if one.get("state", {}).get("terminated")]
        bad = [one for one in statuses if one["state"]["terminated"].get("exitCode")]
        if chosen := (bad or statuses)[-1:]:
            meta = pod["metadata"]
            try:
                return clean(await cluster.read_log(meta["namespace"], meta["name"], chosen[0]["name"]))
            except ClusterError as error:
                return f"(the log could not be read: {error.message})"[:LONGEST_LOG]
    return ""


def clean(text: str) -> str:
    """The end of a log without what a terminal or a document could stumble over."""
    return "".join(each for each in text if each.isprintable() or each in "\n\t")[-LONGEST_LOG:].strip()
