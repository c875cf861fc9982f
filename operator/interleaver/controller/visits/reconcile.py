"""One visit of an experiment: observe, advance, write the status, apply, prune, touch, announce."""

import logging
from dataclasses import replace
from typing import Final

from pydantic import ValidationError

from interleaver.api import conditions
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.fields import seconds
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Reading
from interleaver.api.status import Status
from interleaver.controller.acting.announcements import post
from interleaver.controller.acting.applying import apply_all
from interleaver.controller.acting.gates import tend_gates
from interleaver.controller.acting.giving_back import find_returned, give_back_all
from interleaver.controller.acting.leaving import leave
from interleaver.controller.acting.pruning import find_superfluous, prune
from interleaver.controller.acting.records import make_room
from interleaver.controller.acting.taking_over import take_over
from interleaver.controller.acting.touching import find_untouched, generation_wanted, touch
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.cluster.gateway import Cluster, ClusterError, TooLarge
from interleaver.controller.cluster.passing import Passing
from interleaver.controller.cluster.pods import is_ready
from interleaver.controller.cluster.store import Place
from interleaver.controller.observing.looks import Moment
from interleaver.controller.observing.observe import Observer, Seen
from interleaver.controller.secrets.key_secret import ensure_key
from interleaver.controller.secrets.store_copy import ensure_supply
from interleaver.controller.settings import Pace
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.telling.messenger import Messenger
from interleaver.controller.visits.difference import difference
from interleaver.controller.visits.invalid import explain_invalid, stalled
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.returning import seconds_until_next
from interleaver.controller.visits.visit import SUBJECT, Key, Notes, Subject, Visit
from interleaver.controller.visits.worth import is_transition, is_worth_writing
from interleaver.experiment.run import advance
from interleaver.experiment.telling.announce import announce
from interleaver.resources.desired import desired

log: Final = logging.getLogger(__name__)


class Reconciler:
    """Visits experiments, one at a time each."""

    def __init__(
        self,
        cluster: Cluster,
        observer: Observer,
        surroundings: Surroundings,
        pace: Pace,
        metrics: Metrics,
        messenger: Messenger | None = None,
        notes: dict[Key, Notes] | None = None,
        passing: Passing | None = None,
    ) -> None:
        self._cluster = cluster
        self._observer = observer
        self._around = surroundings
        self._pace = pace
        self._metrics = metrics
        self._messenger = messenger or Messenger()
        self._notes = {} if notes is None else notes
        self._passing = passing or Passing()

    def list_visited(self) -> list[Key]:
        """Experiments that were there at their last visit."""
        return list(self._notes)

    def forget(self) -> None:
        """Remember nothing, as a process that has just started: another one has the experiments now."""
        for key in self.list_visited():
            self._metrics.stage(key, None)
        self._notes.clear()

    async def visit(self, key: Key) -> Visit:
        """Bring one experiment forward. Raises ClusterError when the API server would not let us."""
        try:
            raw = await self._cluster.get(kinds.EXPERIMENT, key.namespace, key.name)
        except TooLarge as error:
            self._metrics.stage(key, "Invalid")
            return await self._report_too_large(error.outline, error)
        if raw is None or "deletionTimestamp" in raw["metadata"]:
            # Owner references take the children away; a finalizer would block the deletion when we are gone.
            await leave(self._cluster, *key, self._around)
            self._notes.pop(key, None)
            self._passing.leave(Place(*key))
            self._messenger.leave(key)
            self._metrics.stage(key, None)
            return Visit("gone")
        try:
            experiment = self._passing.add_to(Experiment.model_validate(raw))
        except ValidationError as error:
            self._metrics.stage(key, "Invalid")
            return await self._report(raw, *explain_invalid(error))
        try:
            return await self._bring_forward(key, raw, experiment)
        except TooLarge as error:
            return await self._report_too_large(raw, error)
        except ClusterError as error:
            if is_ending(error) or (error.code == 404 and await self._cluster.get(kinds.EXPERIMENT, *key) is None):
                return Visit("gone")
            raise

    async def _bring_forward(self, key: Key, raw: Manifest, experiment: Experiment) -> Visit:
        notes = self._recall(key, experiment.metadata.uid)
        SUBJECT.set(Subject(*key, find_run(experiment.status)))
        seen = await self._observer.observe(experiment, notes.looks, self._moment(), notes.refused, notes.keys_made)
        experiment = seen.experiment
        if seen.children.left:
            await take_over(self._cluster, experiment, seen.children.left, self._around)
            return Visit("written", after=0.0)
        self._count_look(seen.observed.readings)
        telling = self._messenger.report(key)
        new = advance(experiment, replace(seen.observed, telling=telling), self._around.now())
        try:
            decided = await self._write(raw, experiment, new, seen.observed.readings, notes)
        except ClusterError as error:
            notes.looks.forget_look()
            if error.code == 409:
                return Visit("conflict", after=0.0)
            raise
        self._passing.go_by(experiment)
        SUBJECT.set(Subject(*key, find_run(decided.status) or find_run(experiment.status)))
        self._messenger.forget(key, telling.attempts)
        self._show(key, experiment.status, decided.status)
        if is_written := decided is not experiment:
            await post(self._cluster, announce(experiment, decided.status), decided.metadata, self._around)
        self._messenger.send(decided, self._around.now())
        hurry = await self._act(decided, seen, notes)
        is_changed = hurry or (is_written and is_step(experiment.status, decided.status))
        moment = self._moment()
        notes.moved = moment.monotonic if is_changed or notes.moved is None else notes.moved
        waited = moment.monotonic - notes.moved
        after = 0.0 if hurry else seconds_until_next(decided, seen, notes.looks, moment, self._pace, waited)
        return Visit("written" if is_written else "unchanged", after)

    def _recall(self, key: Key, uid: str) -> Notes:
        """What is remembered of this very experiment; nothing of one of its name that went unseen."""
        notes = self._notes.get(key)
        if notes is None or notes.uid != uid:
            notes = self._notes[key] = Notes(uid)
        return notes

    async def _write(
        self,
        raw: Manifest,
        experiment: Experiment,
        new: Status,
        readings: tuple[Reading, ...] | None,
        notes: Notes,
    ) -> Experiment:
        """The experiment with the status that is written: the new one, or the old one when nothing was worth it.

        A look whose status was not written never happened, so the old status then decides what is done.
        """
        patch = difference(raw.get("status") or {}, new.to_dict())
        rest = seconds((experiment.status.run.plan if experiment.status.run else experiment.spec).metrics.interval)
        waited = self._around.monotonic() - notes.written
        if not patch or not is_worth_writing(experiment.status, new, readings, waited, rest):
            return experiment
        meta = experiment.metadata
        stored = await self._cluster.patch_status(meta.namespace, meta.name, meta.resource_version, patch)
        notes.written = self._around.monotonic()
        return Experiment(metadata=Metadata.model_validate(stored["metadata"]), spec=experiment.spec, status=new)

    async def _act(self, experiment: Experiment, seen: Seen, notes: Notes) -> bool:
        """Make the cluster so. True when more can be done at once: what was missing has been applied, or something that
        could not be is to be written down."""
        wanted = desired(experiment, seen.observed)
        if seen.children.adopted:
            await give_back_all(self._cluster, find_returned(experiment, seen.children.adopted), self._around)
        refused = await self._ensure_key(experiment, seen, notes) if wanted else NOTHING
        # Before the configuration that tells routers to look there.
        refused += await ensure_supply(self._cluster, experiment, seen.supplied) if wanted else NOTHING
        if experiment.status.run and experiment.status.run.gates:
            refused += await tend_gates(self._cluster, experiment, seen.observed, seen.gate_job)
        await make_room(self._cluster, experiment, wanted)
        applied, refused = await apply_all(self._cluster, experiment, wanted, seen.children, notes.applied, refused)
        await prune(self._cluster, find_superfluous(experiment, wanted, seen.children))
        generation = generation_wanted(wanted)
        if generation is not None:
            await touch(self._cluster, find_untouched(seen.children.pods, generation), generation)
        former, notes.refused = notes.refused, refused
        for words in set(refused.denied) - set(former.denied):
            log.warning("denied error=%s", words)
        for clash in set(refused.clashes) - set(former.clashes):
            log.warning("somebody else's object=%s", clash)
        return (applied > 0 and generation is None) or refused != former

    async def _ensure_key(self, experiment: Experiment, seen: Seen, notes: Notes) -> Refused:
        """Create the key Secret unless there is one, and look only every so often once it is there, or when the policy
        that it goes by has changed; returns what stands in the way of a missing one."""
        now, pods, policy = self._around.monotonic(), seen.children.pods, experiment.spec.deletion_policy
        waited = now - notes.key_tried if policy == notes.key_policy else float("inf")
        if waited < self._pace.secret or (waited < self._pace.settled_secret and all(map(is_ready, pods))):
            return NOTHING
        attempt = await ensure_key(self._cluster, experiment, self._around.token)
        if attempt.is_there:
            notes.key_tried, notes.key_policy, notes.keys_made = now, policy, True
        return attempt.refused

    async def _report_too_large(self, raw: Manifest | None, error: TooLarge) -> Visit:
        """Say in the conditions what is not unpacked. Raises the error when there is nothing to write them into."""
        if not raw or "uid" not in raw["metadata"]:
            raise error
        return await self._report(raw, conditions.TOO_LARGE, error.message)

    async def _report(self, raw: Manifest, reason: str, message: str) -> Visit:
        """Say in the conditions why nothing can be done, and touch nothing else."""
        patch = stalled(raw, reason, message, self._around.now())
        meta = raw["metadata"]
        if patch is not None:
            log.warning("stalled error=%s", message)
            try:
                await self._cluster.patch_status(meta["namespace"], meta["name"], meta["resourceVersion"], patch)
            except ClusterError as failure:
                if failure.code == 409:
                    return Visit("conflict", after=0.0)
                raise
        return Visit("invalid", after=self._pace.resync)

    def _moment(self) -> Moment:
        return Moment(self._around.now(), self._around.monotonic(), self._pace.soon, self._pace.gap)

    def _show(self, key: Key, old: Status, new: Status) -> None:
        """Let the metrics say where the experiment stands, and count a verdict that was written just now."""
        self._metrics.stage(key, new.run.stage if new.run else "Idle", new.run)
        if new.decision is not None and new.decision != old.decision:
            self._metrics.decided(new.decision.verdict)

    def _count_look(self, readings: tuple[Reading, ...] | None) -> None:
        if readings is not None:
            self._metrics.looked(sum(reading.counts is None for reading in readings))


def find_run(status: Status) -> str:
    """The id of the run that goes on; empty when none does."""
    return status.run.id if status.run else ""


def is_step(old: Status, new: Status) -> bool:
    """Whether what was written brings anything forward: at looks at a run much does, and else not mere words."""
    return (new.run is not None and new.run.stage == "Running") or is_transition(old, new)


def is_ending(error: ClusterError) -> bool:
    """Whether a request was denied because the namespace is being deleted, and the experiment with it."""
    return error.code == 403 and "because it is being terminated" in error.message
