"""spec.router: the interleaving router beside every model server."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from interleaver.api.fields import Duration, Model
from interleaver.api.spec.cel import rule, rules

_QUANTITY = r"^[0-9]+(\.[0-9]+)?([munkMGTPE]|[KMGTPE]i|[eE][0-9]+)?$"
Quantity = Annotated[
    Annotated[int, Field(ge=0)] | Annotated[str, StringConstraints(pattern=_QUANTITY, max_length=32)],
    Field(json_schema_extra={"x-kubernetes-int-or-string": True}),
]
# What container runtimes take for a reference: a name, with a tag or a digest, or both.
IMAGE: Final = r"^[a-z0-9]([-a-zA-Z0-9._:/]*[a-zA-Z0-9])?(@sha256:[0-9a-f]{64})?$"
LONGEST_IMAGE: Final = 253
Image = Annotated[str, StringConstraints(pattern=IMAGE, min_length=1, max_length=LONGEST_IMAGE)]


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
    image: Image | None = None
    """Image of the router, by tag or by digest (name@sha256:...), of the operator's version; by default the one that
    the operator's settings name."""

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
