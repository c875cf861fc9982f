"""spec.champion and spec.candidate: revisions of a model server, and where their pod template comes from."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from interleaver.api.fields import Model, ObjectName, RevisionName, keyed_by
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.gates import MOST_GATES, Gate

LONGEST_TEMPLATE: Final = 1 << 16  # bytes of JSON; pod templates that people write take 2 to 20 kB
DEEPEST_TEMPLATE: Final = 32  # levels; the deepest that a pod has, its affinity's, takes 12
MOST_PARTS: Final = 4096  # objects and lists; a variable is one, and in memory each takes far more than its bytes

ContainerName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", min_length=1, max_length=63)
]
Port = Annotated[int, Field(ge=1, le=65535)]


class Reference(Model):
    """An object in the experiment's namespace, by name."""

    name: ObjectName
    """Name of the object."""


class Source(Model):
    """Where the pod template of a model server comes from: exactly one of the fields."""

    template: dict[str, Any] | None = Field(
        default=None, json_schema_extra={"x-kubernetes-preserve-unknown-fields": True}
    )
    """A PodTemplateSpec: metadata and spec of the pods that run the model server; at most 64 kB."""
    pod_template_ref: Reference | None = None
    """A PodTemplate of this namespace, of which the template is copied."""
    deployment_ref: Reference | None = None
    """A Deployment of this namespace, of which the template is copied, but for the labels by which it selects its
    pods. It is left alone, and so are its pods: it may have no replicas. The copy is kept once the revision is in use:
    what becomes of the object later changes nothing that runs."""

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
    container: ContainerName | None = None
    """Container of the template that listens on the port, and gets the readiness probe and the pause before it stops.
    Default: the one that declares the port, else the first."""


class GatedCandidate(Candidate):
    """The revision on trial, and what it must pass before any user sees it."""

    gates: Annotated[list[Gate], Field(max_length=MOST_GATES, json_schema_extra=keyed_by("name"))] = []
    """What it must pass once it is Ready and before any user sees it, one after the other. The first that fails ends
    the run: Rollback/GateFailed. They are frozen when the run starts, and need an operator that may run Jobs."""


class Champion(Candidate):
    """The revision that Git vouches for: the seed of what serves."""

    pinned: bool = False
    """True: serve exactly this revision, ignore an earlier promotion, and try no candidate."""
