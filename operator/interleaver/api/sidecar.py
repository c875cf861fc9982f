"""The router beside a model: what the operator adds to a revision's pods, and when that is another one by now."""

from typing import Annotated, Final

from pydantic import Field

from interleaver.api.fields import Line, Model
from interleaver.api.spec.router import Resources, Router

# What is added to pods. A revision keeps its form with its image; those of before have none written down. From the
# third on, a program in the container drains it; before, anybody who reached its admin port could. From the fourth on
# it has a volume for samples, always, so that to ask for samples restarts no pod.
FORM: Final = 4
DRAINS_BY_PROGRAM: Final = 3
WRITES_SAMPLES: Final = 4

Port = Annotated[int, Field(ge=1, le=65535)]

SEES_NO_TOKEN: Final = 3


class Sidecar(Model):
    """What the operator adds to a revision's pods: kept until a person asks for something else (decision 33).

    An operator upgrade must not restart what runs.
    """

    image: Line
    """Image of the router."""
    port: Port
    """Port for requests."""
    admin_port: Port
    """Port for metrics and probes."""
    resources: Resources
    """Compute resources of the router's container."""
    form: Annotated[int, Field(ge=1)] | None = None
    """What else is added, by the number of the form; it goes with the image."""
    named: bool | None = None
    """Whether pods give the port a name of the revision's own, so that the port can change under load."""
    chosen: bool | None = None
    """Whether the image is that of spec.router, and not the operator's own."""

    @property
    def drains_by_program(self) -> bool:
        """Whether the pod's end is told to the router by a program in its container, and not over its admin port."""
        return self.form is not None and self.form >= DRAINS_BY_PROGRAM

    @property
    def sees_no_token(self) -> bool:
        """Whether the ServiceAccount's token that a template asks for is kept from the router."""
        return self.form is not None and self.form >= SEES_NO_TOKEN

    @property
    def writes_samples(self) -> bool:
        """Whether the router knows samples, and has a volume for them."""
        return self.form is not None and self.form >= WRITES_SAMPLES


def make_sidecar(router: Router, image: str) -> Sidecar:
    """What is added to a revision that is deployed today; `image` is the operator's own."""
    return Sidecar(
        image=router.image or image,
        port=router.port,
        admin_port=router.admin_port,
        resources=router.resources,
        form=FORM,
        named=True,
        chosen=True if router.image else None,
    )


def adapt(kept: Sidecar, router: Router, fresh: Sidecar) -> Sidecar:
    """What a revision has, with what the spec says by now. The operator's own image is no word of the spec."""
    if (router.image or kept.image) != kept.image or (kept.chosen and not router.image):
        return fresh
    changes = {"port": router.port, "admin_port": router.admin_port, "resources": router.resources}
    adapted = kept.model_copy(update=changes)
    return kept if adapted == kept else adapted.model_copy(update={"named": True})


def list_differences(kept: Sidecar, wanted: Sidecar) -> list[str]:
    """What a person would call different, by the fields of spec.router; a form alone is one of the image's affairs."""
    fields = {"image": "image", "port": "port", "admin_port": "adminPort", "resources": "resources"}
    return [name for field, name in fields.items() if getattr(kept, field) != getattr(wanted, field)]
