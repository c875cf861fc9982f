"""The plan of a run: all that decides it, frozen and hashed when the run starts (design.md section 2)."""

from interleaver.api.fields import Duration, Model
from interleaver.api.revision import Identity, digest
from interleaver.api.v1alpha1 import Analysis, Contract, Guardrail, Metrics, Prometheus, Promotion, Spec, Traffic


class Timeouts(Model):
    """Deadlines of ranking requests."""

    champion: Duration
    candidate: Duration


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

    @property
    def hash(self) -> str:
        """A short hash of the whole plan."""
        return digest(self.to_dict())


def freeze(spec: Spec, champion: Identity, candidate: Identity) -> Plan:
    """The plan of a run that would start now."""
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
    )
