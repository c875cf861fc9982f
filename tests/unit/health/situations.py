"""Every situation that an experiment can be in, as the API server shows it, and what health it is to have.

No status is written by hand: each is what `advance` came to in a world in which that happened. Whoever judges health,
a script for Argo CD or kstatus, is given the whole catalogue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from interleaver.api import conditions
from interleaver.api.names import GROUP, KIND, VERSION
from interleaver.api.status import NOT_SEEN
from interleaver.controller.visits.invalid import stalled
from tests.builders import START, World, make_running_world
from tests.unit.experiment.verdicts import ENDINGS, make_better, make_harmful, make_promoted, make_quiet, make_sent_back
from tests.unit.health.stalls import STALLS
from tests.unit.health.worlds import (
    make_adopting,
    make_giving_back,
    make_lonely,
    make_long_over,
    make_mute,
    make_ordered,
    make_paused,
    make_preparing,
    make_promoting,
    make_ramping,
    make_recorded,
    make_renewing,
    make_serving,
    make_starting,
    make_suspended_now,
    make_unread_now,
    make_unrecorded,
    make_waiting_for_a_word,
)

Document = dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """How it comes about, and what is to be made of it."""

    make: Callable[[], Document]
    argo: str  # Healthy, Progressing or Degraded; never Suspended, for which a sync wave waits
    kstatus: str  # Current, InProgress, Failed or Terminating
    exprs: str  # the same, by the healthCheckExprs that are shipped for Flux

    @cached_property
    def document(self) -> Document:
        """It is brought about once, when somebody looks: weeks go by in some."""
        return self.make()


def show(world: World) -> Document:
    """The experiment of a world as the API server shows it."""
    found = world.experiment.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {"apiVersion": f"{GROUP}/{VERSION}", "kind": KIND} | found | {"status": world.status.to_dict()}


def shown(make: Callable[[], World]) -> Callable[[], Document]:
    """The same, once the world is made."""
    return lambda: show(make())


def replace_status(document: Document, status: Document | None) -> Document:
    """The document with that status, or with none at all."""
    rest = {key: value for key, value in document.items() if key != "status"}
    return rest if status is None else rest | {"status": status}


UNDERWAY: Final[dict[str, Callable[[], World]]] = {
    "the first champion starts": make_starting,
    "another champion is rolled out": make_ordered,
    "a Service waits to be adopted": lambda: make_adopting("v41"),
    "a Service is being adopted": make_adopting,
    "a Service is being given back": make_giving_back,
    # It is not known yet whether that needs a person.
    "what served has no Ready pod": make_lonely,
}
# A run is under way for two weeks, and nobody who delivers other things is to wait for it.
HEALTHY: Final[dict[str, Callable[[], World]]] = {
    "no candidate": make_serving,
    "the candidate does not come up yet": make_preparing,
    "the first step": make_running_world,
    "the second step": make_ramping,
    "the routers cannot be read": make_unread_now,
    "the breakers are open": make_quiet,
    "no votes come": make_mute,
    "paused": make_paused,
    "suspended by Git": make_suspended_now,
    "waiting for a person's word": make_waiting_for_a_word,
    "promoting": make_promoting,
    "settling": make_promoted,
    "promoted, and not recorded in Git": make_unrecorded,
    "promoted, and recorded in Git": make_recorded,
    "promoted long ago": lambda: make_long_over(make_better),
    "rolled back long ago": lambda: make_long_over(make_harmful),
    "reverted long ago": lambda: make_long_over(make_sent_back),
    "routers are replaced": make_renewing,
    **ENDINGS,
}


def report(document: Document, reason: str) -> Document:
    """The document after a visit at which the operator could not read it."""
    patch = stalled(document, reason, "what is wrong", START)
    assert patch is not None
    return replace_status(document, document.get("status", {}) | patch)


UNREADABLE: Final[dict[str, Callable[[], Document]]] = {
    "InvalidSpec, never read": lambda: report(make_new(), conditions.INVALID_SPEC),
    "InvalidSpec, while something serves": lambda: report(show(make_serving()), conditions.INVALID_SPEC),
    "InvalidSpec, in the middle of a rollout": lambda: report(show(make_ordered()), conditions.INVALID_SPEC),
    "InvalidStatus": lambda: report(show(make_ramping()), "InvalidStatus"),
    "TooLarge": lambda: report(show(make_ramping()), conditions.TOO_LARGE),
}


def make_new() -> Document:
    """As the API server stores it first."""
    return replace_status(show(World()), {"observedGeneration": NOT_SEEN})


def make_without(status: Document | None) -> Document:
    """Of a CRD without the default, such as a former one."""
    return replace_status(show(World()), status)


def make_edited(make: Callable[[], World]) -> Document:
    """Somebody has just applied another spec."""
    document = show(make())
    return document | {"metadata": document["metadata"] | {"generation": 9}}


def make_leaving() -> Document:
    """Deleted, and still there: we have no finalizer, but others may."""
    document = show(make_serving())
    return document | {"metadata": document["metadata"] | {"deletionTimestamp": "2026-11-22T10:15:00Z"}}


def list_situations() -> dict[str, Situation]:
    """All of them, by name."""
    stalls = {name: shown(make) for name, make in STALLS.items()} | UNREADABLE
    return {
        **UNSEEN,
        **{name: Situation(shown(make), *WAITS) for name, make in UNDERWAY.items()},
        **{name: Situation(shown(make), *WELL) for name, make in HEALTHY.items()},
        **{f"stalled: {name}": Situation(make, "Degraded", "Failed", "Failed") for name, make in stalls.items()},
        "deleted, and held by a finalizer": Situation(make_leaving, "Progressing", "Terminating", "Current"),
    }


WAITS: Final = ("Progressing", "InProgress", "InProgress")
WELL: Final = ("Healthy", "Current", "Current")
# The operator has not seen the resource, or not its newest form.
UNSEEN: Final[dict[str, Situation]] = {
    "made a moment ago": Situation(make_new, *WAITS),
    # kstatus goes by what it sees, and that is nothing; CEL cannot evaluate what is not there.
    "without a status": Situation(lambda: make_without(None), "Progressing", "Current", "Unknown"),
    "with an empty status": Situation(lambda: make_without({}), "Progressing", "Current", "InProgress"),
    "changed a moment ago": Situation(lambda: make_edited(make_serving), *WAITS),
    "changed a moment ago, after a verdict": Situation(lambda: make_edited(make_better), *WAITS),
}
SITUATIONS: Final = list_situations()
