"""Experiments in every situation, as the operator itself writes them: worlds of the decision core, as documents."""

from collections.abc import Callable
from typing import Any, Final

from interleaver.plugin.reading.document import Told
from tests.builders import World, make_running_world, make_source
from tests.unit.experiment.verdicts import ENDINGS, make_promoted
from tests.unit.health.worlds import (
    make_ordered,
    make_paused,
    make_preparing,
    make_promoting,
    make_recorded,
    make_serving,
    make_suspended_now,
    make_unrecorded,
    make_waiting_for_a_word,
)

Document = dict[str, Any]


def read(world: World) -> Told:
    """The experiment as the API server has it, through JSON."""
    return Told(world.experiment.model_dump(by_alias=True, exclude_none=True, mode="json"))


def settle(world: World, steps: int = 6) -> World:
    world.settle(steps)
    return world


def order(command: str, **spec: Any) -> World:
    """A run in its first step, about which a command was given."""
    world = make_running_world(**spec)
    world.edit({command: world.run.id})
    world.step()
    return world


def make_waiting() -> World:
    """A new candidate while the former one's promotion can still be taken back."""
    world = make_promoted()
    world.edit(candidate=make_source("v43"))
    world.step()
    return world


def make_foreign() -> World:
    return settle(World(foreign_service=True))


def make_seen_no_more() -> World:
    """The spec was changed, and the operator has not come by."""
    world = make_running_world()
    world.edit(suspend=True)
    return world


# What a world is about: the situation, and how it comes about.
MADE: Final[dict[str, tuple[str, Callable[[], World]]]] = {
    "new": ("Unseen", World),
    "changed, and not seen": ("Unseen", make_seen_no_more),
    "nothing Ready yet": ("RollingOut", lambda: settle(World(broken={"v41"}))),
    "another champion is rolled out": ("RollingOut", make_ordered),
    "no candidate": ("Serving", make_serving),
    "promotion recorded": ("Serving", make_recorded),
    "the next candidate waits": ("Waiting", make_waiting),
    "the candidate's pods come up": ("Preparing", make_preparing),
    "on trial": ("Running", make_running_world),
    "paused": ("Paused", make_paused),
    "suspended": ("Paused", make_suspended_now),
    "about to serve": ("Promoting", make_promoting),
    "awaits a word": ("AwaitingPromotion", make_waiting_for_a_word),
    "the Service is somebody else's": ("Stalled", make_foreign),
    "can still be taken back": ("Promoted", make_promoted),
    "promoted for good": ("Promoted", make_unrecorded),
}
OF_VERDICTS: Final = {"Promote": "Promoted", "Rollback": "RolledBack"}


def list_all() -> dict[str, tuple[str, Callable[[], World]]]:
    """Those above, and every verdict for every reason."""
    ended = {name: (name.partition("/")[0], make) for name, make in ENDINGS.items()}
    return MADE | {name: (OF_VERDICTS.get(verdict, verdict), make) for name, (verdict, make) in ended.items()}
