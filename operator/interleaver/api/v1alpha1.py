"""The spec of an InterleavingExperiment: one long-lived resource per endpoint (docs/reference/api.md).

Each topic stands in a file of its own in `spec/`, named after its API field; all of them are to be had from here. Every
default stands on its field; every rule that the API server can check stands beside the field it is about. The CRD is
generated from here (api/crd.py).
"""

from typing import Annotated, Literal

from pydantic import Field

from interleaver.api.fields import Model, keyed_by
from interleaver.api.spec.analysis import Analysis
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.contract import Contract, Exclude, Unit
from interleaver.api.spec.gates import Gate, JobGate
from interleaver.api.spec.guardrails import Guardrail, Prometheus, describe_guardrails
from interleaver.api.spec.limits import list_duration_rules, list_timeout_rules
from interleaver.api.spec.metrics import Metrics
from interleaver.api.spec.promotion import Promotion
from interleaver.api.spec.router import Resources, Router
from interleaver.api.spec.sampling import Sampling, Value
from interleaver.api.spec.secrets import Feedback, SecretKey, Store
from interleaver.api.spec.service import Service
from interleaver.api.spec.source import Candidate, Champion, GatedCandidate, Reference, Source
from interleaver.api.spec.traffic import Step, Traffic

__all__ = [
    "Analysis",
    "Candidate",
    "Champion",
    "Contract",
    "Exclude",
    "Feedback",
    "Gate",
    "GatedCandidate",
    "Guardrail",
    "JobGate",
    "Metrics",
    "Prometheus",
    "Promotion",
    "Reference",
    "Resources",
    "Router",
    "Sampling",
    "SecretKey",
    "Service",
    "Source",
    "Spec",
    "Step",
    "Store",
    "Traffic",
    "Unit",
    "Value",
]


class Spec(Model):
    """What Git says."""

    suspend: bool = False
    """True: hold the ramp and a promotion. Votes go on, rollback stays armed and the window runs on."""
    replicas: Annotated[int, Field(ge=1, le=1000)] = 1
    """Pods of the serving revision. To try a candidate with more than one takes a vote store."""
    service: Service
    """The entry Service."""
    champion: Champion
    """The seed: what Git vouches for."""
    candidate: GatedCandidate | None = None
    """The revision on trial. A new revision name starts a new run, and nothing else does."""
    contract: Contract
    """How a ranking request and its answer look."""
    router: Router = Router()
    """The interleaving router."""
    store: Store | None = None
    """The vote store. Default: the one that the operator's settings name; without any, votes are kept in the memory of
    one router. A change takes effect with the next run."""
    feedback: Feedback | None = None
    """The unit-and-item form of feedback; off unless it is given. A change takes effect at once."""
    traffic: Traffic = Traffic()
    """The ramp."""
    metrics: Metrics = Metrics()
    """How counters are read."""
    guardrails: Annotated[
        list[Guardrail], Field(max_length=20, json_schema_extra=keyed_by("name"), description=describe_guardrails())
    ] = []
    prometheus: Prometheus | None = None
    """The Prometheus that guardrails with a query ask."""
    analysis: Analysis = Analysis()
    """The statistical test."""
    promotion: Promotion = Promotion()
    """What happens when the test concludes."""
    sampling: Sampling | None = None
    """What routers write of live traffic, for evaluation sets of the lab; nothing unless it is given."""
    deletion_policy: Literal["KeepServing", "Delete"] = "KeepServing"
    """KeepServing: what serves outlives the resource, with the entry Service and all that it needs, until `interleaver
    cleanup` removes it or the resource is made again. Delete: everything goes with the resource."""
    history_limit: Annotated[int, Field(ge=0, le=50)] = 10
    """How many concluded runs the status keeps, and how many records of runs; the newest record always stays."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule(
                "self.traffic.steps.filter(s, has(s.hold)).map(s, duration(s.hold)).sum()"
                " < duration(self.analysis.window)",
                "the holds of all steps together must be shorter than analysis.window",
            ),
            *list_timeout_rules(),
            *list_duration_rules(),
            rule(
                "has(self.prometheus) || self.guardrails.all(g, !has(g.query))",
                "a guardrail with a query needs spec.prometheus",
            ),
            rule(
                "self.champion.port != self.router.port && self.champion.port != self.router.adminPort"
                " && (!has(self.candidate) || (self.candidate.port != self.router.port"
                " && self.candidate.port != self.router.adminPort))",
                "a model's port must differ from router.port and router.adminPort",
            ),
        )
    }
