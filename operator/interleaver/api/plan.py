"""The plan of a run: all that decides it, frozen and hashed when the run starts (decision 2)."""

from typing import Final, Literal

from interleaver.api.fields import Duration, Model
from interleaver.api.revision import Identity, digest
from interleaver.api.v1alpha1 import (
    Analysis,
    Contract,
    Gate,
    Guardrail,
    Metrics,
    Prometheus,
    Promotion,
    SecretKey,
    Spec,
    Traffic,
)

NEWEST: Final = "PlannedAndLarge"  # the mixture of a run that starts now


class Timeouts(Model):
    """Deadlines of ranking requests."""

    champion: Duration
    candidate: Duration


class VoteStore(Model):
    """Where a run's votes are shared."""

    url_secret_ref: SecretKey | None = None
    """Secret with its URL; absent: the store that the operator's settings name."""


class Plan(Model):
    """What decides a run. Later changes of the spec take effect with the next run."""

    champion: Identity
    candidate: Identity
    contract: Contract
    timeouts: Timeouts
    traffic: Traffic
    metrics: Metrics
    analysis: Analysis
    guardrails: list[Guardrail] = []
    prometheus: Prometheus | None = None
    promotion: Promotion
    gates: list[Gate] | None = None  # None: no gates, as in a run of an operator that knew none
    store: VoteStore | None = None  # None: one router keeps the votes in its memory
    mixture: Literal["Planned", "PlannedAndLarge"] | None = None
    """The bets that weigh the votes, until the run has ended. Absent, and then Planned, in a run that was started by an
    operator that knew no others."""

    @property
    def hash(self) -> str:
        """A short hash of the whole plan."""
        return digest(self.to_dict())

    def find_gate(self, name: str) -> Gate | None:
        """The gate of this name; None where it has none."""
        return next((gate for gate in self.gates or [] if gate.name == name), None)


def find_store(spec: Spec, default_store: bool) -> VoteStore | None:
    """The vote store of a run that would start now: the spec's, or else the one that the operator's settings name."""
    if spec.store:
        return VoteStore(url_secret_ref=spec.store.url_secret_ref)
    return VoteStore() if default_store else None


def freeze(spec: Spec, champion: Identity, candidate: Identity, *, default_store: bool = False) -> Plan:
    """The plan of a run that would start now. `default_store`: the operator's settings name a vote store for all."""
    timeouts = Timeouts(champion=spec.router.champion_timeout, candidate=spec.router.candidate_timeout)
    return Plan(
        champion=champion,
        candidate=candidate,
        contract=spec.contract,
        timeouts=timeouts,
        traffic=spec.traffic,
        metrics=spec.metrics,
        analysis=spec.analysis,
        guardrails=spec.guardrails,
        prometheus=spec.prometheus,
        promotion=spec.promotion,
        gates=(spec.candidate.gates or None) if spec.candidate else None,
        store=find_store(spec, default_store),
        mixture=NEWEST,
    )
