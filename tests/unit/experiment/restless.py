"""A world in which anything may happen at any moment, and a witness of what must never happen in it."""

from dataclasses import dataclass, field
from datetime import timedelta
from math import log
from typing import Self

from interleaver.api import conditions
from interleaver.api.experiment import Experiment
from interleaver.api.fields import instant
from interleaver.api.plan import NEWEST
from interleaver.api.status import NOT_SEEN, Run, Status
from interleaver.experiment.run import advance
from interleaver.experiment.stages import TRANSITIONS
from interleaver.experiment.telling.announce import announce
from interleaver.experiment.weighing.evidence import Evidence, weigh
from interleaver.resources.desired import desired
from interleaver.stats.tally import Tally
from tests.builders import World, make_experiment

MINIMUM_RUN = 1800  # seconds
MINIMUM_VOTES = 50
LEDGER_CHARACTERS = 32_000
# A candidate that is Ready at full size already is promoted and made to serve in one write.
MOVES = {(old, new) for (old, _), new in TRANSITIONS.items()} | {("Running", "Settling")}


def make_hasty_experiment() -> Experiment:
    """A run of hours, so that a history of some dozen events may end it."""
    return make_experiment(
        traffic={"steps": [{"percent": 20, "hold": "10m"}, {"percent": 100}]},
        analysis={"minimumRun": "30m", "window": "4h", "margin": "0.05", "minimumVotes": MINIMUM_VOTES},
    )


@dataclass
class RestlessWorld(World):
    """A world whose router may restart, whose operator may die, and whose writes may fail.

    `gone` and `seen` are the truth about what was counted: of routers that are gone, and of the live one, as far as a
    look showed it whose status was written.
    """

    gone: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def begin(self) -> Self:
        """The first moments, which are the same in every history."""
        for _ in range(3):
            self.step(1)
        return self

    def visit(self, seconds: float, looking: bool = True, written: bool = True, applied: bool = True) -> None:
        """One visit. The write may fail, which undoes all; the operator may die before it acts on what it wrote."""
        self.now += timedelta(seconds=seconds)
        observed, old = self.observe(looking), self.status
        new = advance(self.experiment, observed, self.now)
        assert advance(self.experiment, observed, self.now) == new, "the same goes in, the same comes out"
        kept = Status.model_validate(new.to_dict())
        assert kept == new, "JSON keeps all of it, and its bounds hold"
        if not written:
            return
        announce(self.experiment, new)
        read = observed.readings is not None and self.readable and bool(observed.readings)
        if read and old.run and old.run.stage == "Running":
            self.note_look()
        self.experiment = self.experiment.model_copy(update={"status": kept})
        self.check(old, new, looking)
        if applied:
            self.manifests = desired(self.experiment, observed)

    def note_look(self) -> None:
        """What the routers counted was read, and what was read is written."""
        self.seen = dict(self.counts)

    def restart_router(self) -> None:
        """What it counted since it was last read is lost for ever."""
        for name, number in self.seen.items():
            self.gone[name] = self.gone.get(name, 0) + number
        self.seen, self.counts, self.served, self.start = {}, {}, {}, str(int(self.start) + 1)

    def order(self, command: str) -> None:
        """A person names the run that is going on in a command, and takes it away when there is none."""
        run = self.status.run
        annotations = {command: run.id} if run else {}
        metadata = self.experiment.metadata.model_copy(update={"annotations": annotations})
        self.experiment = self.experiment.model_copy(update={"metadata": metadata})

    def counted(self, name: str) -> int:
        return self.gone.get(name, 0) + self.seen.get(name, 0)

    def check(self, old: Status, new: Status, looking: bool) -> None:
        """What must hold between any status and the next."""
        check_history(old, new)
        check_serving(old, new)
        check_conditions(new)
        if new.run is None:
            return
        if old.run and old.run.id == new.run.id:
            check_run(old.run, new.run)
            if old.run.stage == "Running" and new.run.stage in ("Promoting", "Settling"):
                self.check_promotion(new.run, looking)
        tally = new.run.tally
        shown = {"win": tally.wins, "tie": tally.ties, "loss": tally.losses}
        assert shown == {outcome: self.counted(f"votes.{outcome}") for outcome in shown}, "the truth minus the gaps"

    def check_promotion(self, run: Run, looking: bool) -> None:
        """Every condition held at this very look."""
        assert run.running_since is not None
        assert looking
        assert self.readable
        assert (self.now - instant(run.running_since)).total_seconds() >= MINIMUM_RUN
        assert run.percent == 100
        assert run.stepped_at is not None
        assert run.votes >= MINIMUM_VOTES
        assert weigh_votes(run).on_par >= log(20)
        fallbacks, requests = self.counted("fallbacks.timeout"), self.counted("requests.ok")
        assert fallbacks <= 0.05 * (requests + self.counted("requests.fallback"))


def weigh_votes(run: Run) -> Evidence:
    """The evidence of a run's votes, by the figures of the experiment above."""
    votes = Tally(run.tally.wins, run.tally.ties, run.tally.losses)
    return weigh(votes, alpha=0.05, margin=0.05, planned=2000, mixture=NEWEST)


def is_reverted(old: Status, new: Status) -> bool:
    """Whether what was promoted was sent back just now."""
    return bool(old.run and new.run and (old.run.stage, new.run.stage) == ("Settling", "Reverting"))


def check_revert(old: Status, new: Status) -> None:
    """The promotion's place in the history is the revert's, and the champion of the comparison serves again."""
    assert old.run is not None
    assert old.decision is not None
    assert new.decision is not None
    assert new.serving is not None
    assert (old.decision.verdict, new.decision.verdict, new.decision.reason) == ("Promote", "Rollback", "Reverted")
    assert [past.run_id for past in new.history] == [past.run_id for past in old.history]
    assert new.history[1:] == old.history[1:]
    assert (new.serving.hash, new.serving.origin) == (old.run.plan.champion.hash, "Revert")


def check_history(old: Status, new: Status) -> None:
    """A verdict is written once for a run, and stands; only a promotion can be taken back."""
    runs = [past.run_id for past in new.history]
    assert len(runs) == len(set(runs))
    if is_reverted(old, new):
        check_revert(old, new)
        return
    assert new.history[len(new.history) - len(old.history) :] == old.history
    if old.decision and new.decision:
        assert new.decision == old.decision
    if new.decision and not old.decision:
        assert new.history[0].run_id == new.decision.run_id


def check_conditions(new: Status) -> None:
    """Each once, and never both of those by which GitOps tools know what is under way from what needs a person."""
    types = [condition.type for condition in new.conditions]
    assert len(types) == len(set(types))
    assert set(types) >= set(conditions.ALWAYS)
    assert not {conditions.STALLED, conditions.RECONCILING} <= set(types)
    assert all(condition.status == "True" for condition in new.conditions if condition.type in conditions.WHILE_TRUE)
    assert new.observed_generation > NOT_SEEN


def check_serving(old: Status, new: Status) -> None:
    """What serves changes in the very write that says Promote, and by nothing else that happens here."""
    assert new.serving is not None
    if old.serving and old.serving.hash != new.serving.hash and not is_reverted(old, new):
        assert old.run is not None
        assert old.run.stage in ("Running", "Promoting")
        assert new.decision is not None
        assert new.decision.verdict == "Promote"
        assert new.serving.hash == old.run.plan.candidate.hash


def check_run(old: Run, new: Run) -> None:
    """A run goes by the table, up the ramp, and by its frozen plan."""
    assert old.stage == new.stage or (old.stage, new.stage) in MOVES
    assert new.percent >= old.percent
    assert new.step >= old.step
    assert new.plan == old.plan
    assert new.plan.hash == new.plan_hash
    assert old.crossed.on_par is None or new.crossed == old.crossed
    assert len(str(new.ledger)) <= LEDGER_CHARACTERS
    assert len(new.gaps) <= 20
    if new.stage == "Promoting":
        assert new.tally == old.tally or old.stage == "Running"
