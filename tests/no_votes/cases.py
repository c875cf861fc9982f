"""What may keep votes from coming: what routers count at each look then, and what must be told of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from interleaver.api import conditions
from interleaver.experiment.telling.unit_words import FIXES
from tests.builders import World, make_running_world

TEN_MINUTES: Final = 600
EVERY_HALF_MINUTE: Final = 30
MERGED: Final = {"requests.ok": 2}  # at each look
CONTRACT: Final = {"path": "/recommend", "unit": {"pointer": "/user"}, "items": "/items", "itemId": "/id"}
BODY: Final[Mapping[str, Any]] = {"contract": CONTRACT}
HEADER: Final[Mapping[str, Any]] = {"contract": CONTRACT | {"unit": {"header": "X-User-Id"}}}
NOBODY: Final[Mapping[str, int]] = MappingProxyType({})
NOTED: Final = 100  # requests whose unit routers noted

# What happens, in words, by the routers' reason for a request without a unit.
UNITLESS: Final = {
    "header-missing": "the unit's header is mistyped, or not sent",
    "header-empty": "the unit's header is sent empty",
    "body-empty": "the unit stands in the body, and requests have none",
    "body-long": "bodies exceed 1 MB",
    "body-crowded": "too many bodies are on their way",
    "body-compressed": "bodies are compressed, and not as gzip within its bounds",
    "body-binary": "the unit stands among binary tensors",
    "body-not-json": "bodies are no JSON",
    "pointer-missing": "the unit's pointer leads to nothing",
    "unit-empty": "the unit is empty or null",
    "unit-not-scalar": "the unit is a list, an object, a boolean or a fraction",
}


class Case(NamedTuple):
    """What keeps votes from coming, and what is told of it."""

    counts: dict[str, int]  # what routers count between two looks
    reason: str
    seconds: int  # within which it is told
    words: str  # that are told
    heavy: Mapping[str, int] = NOBODY  # requests of units that send more than their share, of 100 noted
    spec: Mapping[str, Any] = BODY


TABLE: Final[dict[str, Case]] = {
    "nobody calls the entry at all": Case({}, "NoRequests", 330, "send the shop's requests to spec.service"),
    "nobody calls the contract's path": Case({"passed.path": 9}, "NoRequests", 330, "mend the path in spec.contract"),
    "strays come on the contract's path, all else on others": Case(
        {"passed.path": 900, "alone.ok": 1}, "NoRequests", 330, "on other paths"
    ),
    "requests come by another method": Case(
        {"passed.method": 9}, "NoRequests", 330, "by other methods than POST and GET"
    ),
    "the contract excludes everybody": Case({"passed.excluded": 10}, "AllExcluded", 90, "narrow its patterns"),
    **{
        f"{what} ({reason})": Case(
            {f"unitless.{reason}": 10, "alone.ok": 1}, "NoUnit", 90, f"{reason!r}: {FIXES[reason]}",
            spec=HEADER if reason.startswith("header") else BODY,
        )
        for reason, what in UNITLESS.items()
    },
    "one unit sends most requests: all of them are undefined": Case(
        {"requests.ok": 40}, "OneUnit", 90, "undefined 93 %, 0a1b2c3d 6 %", {"undefined": 93, "0a1b2c3d": 6}, HEADER
    ),
    "the candidate's lists are no good": Case(
        {"requests.fallback": 10, "fallbacks.parse": 10}, "Fallbacks", 90, "must hold a list at spec.contract.items"
    ),
    "the champion's lists are no good": Case(
        {"requests.fallback": 10, "fallbacks.contract": 10}, "Fallbacks", 90, "mend spec.contract"
    ),
    "the champion is down": Case({"requests.error": 10, "fallbacks.champion": 10}, "Fallbacks", 90, "for 'champion'"),
    "feedback never comes": Case(MERGED, "NoFeedback", 330, "POST /feedback to spec.service"),
    "tokens are forged": Case(MERGED | {"feedback.forged": 2}, "TokensForged", 90, "whole and unchanged"),
    "tokens are of another run": Case(MERGED | {"feedback.foreign": 2}, "TokensForeign", 90, "of another run"),
    "feedback comes late": Case(MERGED | {"feedback.late": 2}, "TokensLate", 90, "more than 1h after"),
    "units are named without the bearer token": Case(
        MERGED | {"feedback.unauthorized": 2}, "Unauthorized", 90, "Bearer"
    ),
    "events are malformed": Case(MERGED | {"feedback.invalid": 2}, "EventsInvalid", 90, '{"impression": ...'),
    "ids come back as another JSON type": Case(
        MERGED | {"feedback.mistyped": 2}, "IdsOfAnotherType", 90, "another JSON type"
    ),
    "the items of feedback were never shown": Case(
        MERGED | {"feedback.unmatched": 2}, "ItemsNotShown", 90, "spec.contract.itemId"
    ),
    "items were not shown, some of them under an id of another JSON type": Case(
        MERGED | {"feedback.unmatched": 2, "feedback.mistyped": 2}, "ItemsNotShown", 90, "unmatched or mistyped"
    ),
    "people take what stands below the depth": Case(MERGED | {"feedback.fill": 2}, "OnlyFill", 90, "raise the depth"),
    "people convert on lists that were not merged": Case(
        MERGED | {"feedback.overall": 2}, "NotMerged", 90, "no merged ones"
    ),
}  # fmt: skip


def flow(world: World) -> tuple[str, str, str]:
    found = world.condition(conditions.VOTES_FLOWING)
    return found.status, found.reason, found.message


def wait_for_reason(world: World, counts: dict[str, int]) -> int:
    """Look every half minute until a reason is told; the seconds it took. Raises after ten minutes."""
    for seconds in range(EVERY_HALF_MINUTE, TEN_MINUTES + 1, EVERY_HALF_MINUTE):
        world.count(**counts)
        world.step(EVERY_HALF_MINUTE)
        if flow(world)[0] == "False":
            return seconds
    raise AssertionError(f"nothing was told: {flow(world)}")


def play(case: Case) -> tuple[World, int]:
    """A run to which this happens, and after how many seconds it is told."""
    world = make_running_world(**case.spec)
    world.noted, world.heavy = (NOTED, dict(case.heavy)) if case.heavy else (0, {})
    return world, wait_for_reason(world, case.counts)
