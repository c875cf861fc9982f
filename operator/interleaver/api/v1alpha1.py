"""The spec of an InterleavingExperiment: one long-lived resource per endpoint (design.md section 4).

Every default stands on its field; every rule that the API server can check stands beside the field it is about.
The CRD is generated from here (api/crd.py).
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from interleaver.api.fields import Duration, Fraction, Line, Model, Pointer, RevisionName, ServiceName, keyed_by


def rule(expression: str, message: str) -> dict[str, Any]:
    """A CEL rule for the API server, with what it says when the rule fails."""
    return {"rule": expression, "message": message}


def rules(*given: dict[str, Any]) -> dict[str, Any]:
    """The rules as the schema extension that carries them."""
    return {"x-kubernetes-validations": list(given)}


Port = Annotated[int, Field(ge=1, le=65535)]
Percent = Annotated[int, Field(ge=1, le=100)]


class SecretKey(Model):
    """A key of a Secret in the experiment's namespace."""

    name: Line
    """Name of the Secret."""
    key: Line
    """Key inside the Secret."""


class Reference(Model):
    """An object in the experiment's namespace, by name."""

    name: Line
    """Name of the object."""


class Source(Model):
    """Where the pod template of a model server comes from: exactly one of the fields."""

    template: dict[str, Any] | None = Field(
        default=None, json_schema_extra={"x-kubernetes-preserve-unknown-fields": True}
    )
    """A PodTemplateSpec: metadata and spec of the pods that run the model server."""
    pod_template_ref: Reference | None = None
    """A PodTemplate to take the template from. Not yet supported."""
    deployment_ref: Reference | None = None
    """A Deployment to take the template from. Not yet supported."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule(
                "[has(self.template), has(self.podTemplateRef), has(self.deploymentRef)].filter(x, x).size() == 1",
                "give exactly one of template, podTemplateRef and deploymentRef",
            )
        )
    }


class Candidate(Model):
    """One revision of a model server."""

    revision: RevisionName
    """Name of the revision, and its identity: a DNS label of at most 30 characters."""
    source: Source
    """Where the pod template comes from."""
    port: Port
    """Port on which the model server listens in its pod."""


class Champion(Candidate):
    """The revision that Git vouches for: the seed of what serves."""

    pinned: bool = False
    """True: serve exactly this revision, ignore an earlier promotion, and try no candidate."""


class Service(Model):
    """The entry Service, made and owned by the operator."""

    name: ServiceName = Field(json_schema_extra=rules(rule("self == oldSelf", "spec.service.name is immutable")))
    """Name of the entry Service. It cannot be changed later."""
    port: Port = 80
    """Port of the entry Service."""


class Unit(Model):
    """Who votes: where a request names its user or session. Exactly one of the fields."""

    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=128)] | None = None
    """Request header that holds the unit."""
    pointer: Pointer | None = None
    """JSON pointer to the unit in the request's body."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.header) != has(self.pointer)", "give exactly one of header and pointer")
        )
    }


def check_expression(pattern: str) -> str:
    """The pattern, if it is a regular expression. Raises ValueError: the API server cannot tell."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


class Exclude(Model):
    """Requests whose header matches the pattern are served by the champion and not counted."""

    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=128)]
    """Request header to look at."""
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=253), AfterValidator(check_expression)]
    """Regular expression (Python's), searched for in the header's value."""


class Contract(Model):
    """How a ranking request and its answer look. Everything else is proxied unchanged."""

    path: Annotated[str, StringConstraints(pattern=r"^/[^?#\s]*$", max_length=512)]
    """Path of ranking requests, interleaved for POST and GET. Other paths go to the serving model."""
    unit: Unit
    """Who votes."""
    items: Pointer
    """JSON pointer to the ranked list in the model's answer."""
    item_id: Pointer = ""
    """JSON pointer to the id inside one item; empty when items are plain ids."""
    depth: Annotated[int, Field(ge=1, le=200)] = 50
    """How many items are merged and can get credit. The champion's tail follows unchanged."""
    exclude: Annotated[list[Exclude], Field(max_length=20)] = []
    """Requests that are served by the champion and not counted, for example of bots."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("self.path != '/feedback'", "path /feedback is where the router takes feedback")
        )
    }


_QUANTITY = r"^[0-9]+(\.[0-9]+)?([munkMGTPE]|[KMGTPE]i|[eE][0-9]+)?$"
Quantity = Annotated[
    Annotated[int, Field(ge=0)] | Annotated[str, StringConstraints(pattern=_QUANTITY, max_length=32)],
    Field(json_schema_extra={"x-kubernetes-int-or-string": True}),
]


class Resources(Model):
    """Compute resources of the router container, as in any container."""

    requests: Annotated[dict[str, Quantity], Field(max_length=10)] = {"cpu": "100m", "memory": "64Mi"}
    """What the scheduler reserves."""
    limits: Annotated[dict[str, Quantity], Field(max_length=10)] | None = None
    """What the container may use at most."""


class Router(Model):
    """The interleaving router beside every model server."""

    champion_timeout: Duration = "1s"
    """How long the champion may take for a ranking request."""
    candidate_timeout: Duration = "300ms"
    """How long the candidate may take before the champion's list is served."""
    port: Annotated[int, Field(ge=1024, le=65535)] = 17080
    """Port of the router in the pod."""
    admin_port: Annotated[int, Field(ge=1024, le=65535)] = 17090
    """Port of the router's metrics and probes in the pod."""
    resources: Resources = Resources()
    """Compute resources of the router container."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("self.port != self.adminPort", "port and adminPort must differ"),
            rule(
                "duration(self.championTimeout) > duration('0s') && duration(self.candidateTimeout) > duration('0s')",
                "championTimeout and candidateTimeout must be above 0",
            ),
            rule(
                "duration(self.championTimeout) <= duration('10m')"
                " && duration(self.candidateTimeout) <= duration('10m')",
                "championTimeout and candidateTimeout must be at most 10m",
            ),
        )
    }


class Store(Model):
    """The vote store that several routers share. Not yet supported."""

    url_secret_ref: SecretKey
    """Secret with the URL of a Valkey or Redis server."""


class Feedback(Model):
    """The unit-and-item form of feedback. Not yet supported."""

    token_secret_ref: SecretKey
    """Secret with the bearer token that such events must carry."""


class Step(Model):
    """One rung of the ramp."""

    percent: Percent
    """Share of units whose requests are interleaved."""
    hold: Duration | None = None
    """How long to stay before the next step; every step but the last needs it."""


class Traffic(Model):
    """The ramp: which share of units takes part, step by step."""

    steps: Annotated[list[Step], Field(min_length=1, max_length=20)] = [
        Step(percent=10, hold="24h"),
        Step(percent=25, hold="24h"),
        Step(percent=50, hold="24h"),
        Step(percent=100),
    ]
    """The rungs, in rising order."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule(
                "self.steps.map(s, s.percent).isSorted()"
                " && self.steps.all(a, self.steps.exists_one(b, b.percent == a.percent))",
                "percent must rise from step to step",
            ),
            rule(
                "self.steps.filter(s, !has(s.hold)).size() == 0 || (self.steps.filter(s, !has(s.hold)).size() == 1"
                " && !has(self.steps[self.steps.size() - 1].hold))",
                "every step but the last needs a hold",
            ),
        )
    }


class Metrics(Model):
    """How the routers' counters are read."""

    interval: Duration = "30s"
    """Time between two looks."""
    stale_after: Duration = "10m"
    """Age at which readings are too old to decide on: the ramp holds and nothing is promoted."""
    attribution_window: Duration = "24h"
    """How long after an impression a conversion still counts."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("duration(self.interval) >= duration('1s')", "interval must be at least 1s"),
            rule("duration(self.staleAfter) >= duration(self.interval)", "staleAfter must not be below interval"),
            rule("duration(self.attributionWindow) >= duration('1s')", "attributionWindow must be at least 1s"),
        )
    }


class Guardrail(Model):
    """A limit that rolls the candidate back when it is breached. Not yet supported."""

    name: RevisionName
    """Name of the guardrail."""
    metric: Literal["ErrorRatio", "LatencyP99", "FallbackRatio"] | None = None
    """A measure from the routers' counters."""
    query: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None
    """A PromQL query against spec.prometheus."""
    max: Line | None = None
    """Highest value allowed: a ratio, or a duration for LatencyP99."""
    min: Line | None = None
    """Lowest value allowed."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.metric) != has(self.query)", "give exactly one of metric and query"),
            rule("has(self.max) || has(self.min)", "give max or min"),
            rule("!has(self.metric) || (has(self.max) && !has(self.min))", "a metric takes max and no min"),
        )
    }


class Prometheus(Model):
    """The Prometheus that PromQL guardrails ask. Not yet supported."""

    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=512)]
    """Base URL of the Prometheus server."""
    auth_secret_ref: SecretKey | None = None
    """Secret with a bearer token."""


class Analysis(Model):
    """The statistical test (statistics.md sections 3 and 4)."""

    alpha: Fraction = "0.05"
    """Error rate of each one-sided test, however often it is looked at."""
    margin: Fraction = "0.02"
    """How much worse a candidate may be in preference and still be on par."""
    minimum_run: Duration = "168h"
    """Nothing is promoted before; a week sees every weekday."""
    window: Duration = "336h"
    """A run that has not concluded by then ends as Inconclusive."""
    minimum_votes: Annotated[int, Field(ge=0, le=1_000_000_000)] = 200
    """Nothing is promoted on fewer votes."""
    planned_votes: Annotated[int, Field(ge=600, le=1_000_000_000)] = 2000
    """Expected number of votes; it tunes the test's power only, not its error rate."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("double(self.alpha) > 0.0 && double(self.alpha) < 0.5", "alpha must be above 0 and below 0.5"),
            rule("double(self.margin) > 0.0 && double(self.margin) < 0.5", "margin must be above 0 and below 0.5"),
            rule("duration(self.window) >= duration(self.minimumRun)", "window must not be shorter than minimumRun"),
            rule(
                "duration(self.window) > duration('0s') && duration(self.window) <= duration('8760h')",
                "window must be above 0 and at most 8760h",
            ),
        )
    }


class Promotion(Model):
    """What happens when the test concludes."""

    mode: Literal["Automatic", "Manual"] = "Automatic"
    """Automatic: promote by itself. Manual, which waits for a command, is not yet supported."""
    rollback_window: Duration = "1h"
    """How long the former champion keeps its size after a promotion."""
    progress_deadline: Duration = "10m"
    """How long a revision may take to become Ready, or a candidate may stay unhealthy."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("duration(self.rollbackWindow) <= duration('8760h')", "rollbackWindow must be at most 8760h"),
            rule(
                "duration(self.progressDeadline) >= duration('1s')"
                " && duration(self.progressDeadline) <= duration('168h')",
                "progressDeadline must be at least 1s and at most 168h",
            ),
        )
    }


class Spec(Model):
    """What Git says."""

    suspend: bool = False
    """True: pause the run. Not yet supported."""
    replicas: Annotated[int, Field(ge=1, le=1000)] = 1
    """Pods of the serving revision. More than one needs a vote store."""
    service: Service
    """The entry Service."""
    champion: Champion
    """The seed: what Git vouches for."""
    candidate: Candidate | None = None
    """The revision on trial. A new revision name starts a new run, and nothing else does."""
    contract: Contract
    """How a ranking request and its answer look."""
    router: Router = Router()
    """The interleaving router."""
    store: Store | None = None
    """The vote store. Not yet supported."""
    feedback: Feedback | None = None
    """The unit-and-item form of feedback. Not yet supported."""
    traffic: Traffic = Traffic()
    """The ramp."""
    metrics: Metrics = Metrics()
    """How counters are read."""
    guardrails: Annotated[list[Guardrail], Field(max_length=20, json_schema_extra=keyed_by("name"))] = []
    """Limits that roll the candidate back. Not yet supported."""
    prometheus: Prometheus | None = None
    """The Prometheus that guardrails ask. Not yet supported."""
    analysis: Analysis = Analysis()
    """The statistical test."""
    promotion: Promotion = Promotion()
    """What happens when the test concludes."""
    deletion_policy: Literal["Delete", "KeepServing"] = "Delete"
    """Delete: everything goes with the resource. KeepServing is not yet supported."""
    history_limit: Annotated[int, Field(ge=0, le=50)] = 10
    """How many concluded runs the status keeps."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule(
                "self.traffic.steps.filter(s, has(s.hold)).map(s, duration(s.hold)).sum()"
                " < duration(self.analysis.window)",
                "the holds of all steps together must be shorter than analysis.window",
            ),
            rule(
                "self.guardrails.all(g, !has(g.metric) || g.metric != 'LatencyP99'"
                " || duration(g.max) <= duration(self.router.candidateTimeout))",
                "a LatencyP99 guardrail's max must not be above router.candidateTimeout",
            ),
            rule(
                "self.champion.port != self.router.port && self.champion.port != self.router.adminPort"
                " && (!has(self.candidate) || (self.candidate.port != self.router.port"
                " && self.candidate.port != self.router.adminPort))",
                "a model's port must differ from router.port and router.adminPort",
            ),
        )
    }
