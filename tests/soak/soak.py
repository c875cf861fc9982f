"""One soak from beginning to end."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import uvloop

from interleaver.router.tokens.keys import KeyRing, derive_key
from tests.router.programs import wait_until
from tests.soak import settings
from tests.soak.check import Checker
from tests.soak.directors import Directors
from tests.soak.load import Load
from tests.soak.results import COUNTED, Results, collect
from tests.soak.sampler import Sampler
from tests.soak.shop import Shop
from tests.soak.stage import Stage
from tests.soak.tallies import Tallies

CHANGE_SECONDS: Final = 5.0  # between two changes of the configuration
TELL_SECONDS: Final = 30.0  # between two lines of progress


class Plan(NamedTuple):
    """What to do."""

    seconds: float = 60
    rate: float = 500  # requests a second
    store: str | None = "alone"  # one of KINDS, for two routers; None: one router and its memory
    patience: int = 1  # by which the models' deadlines are multiplied, for a machine that does much else


def make_ring() -> KeyRing:
    """Every key that is ever in force."""
    keys = {name: derive_key(name, bytes.fromhex(text)) for name, text in settings.KEYS.items()}
    return KeyRing(keys["k1"], {key.tag: key for key in keys.values()}, bytes.fromhex(settings.SALT))


def run(plan: Plan, folder: Path, tell: Callable[[str], None] = lambda line: None) -> Results:
    """Run it; every process that it starts is ended, whatever happens. `tell` hears how it goes."""
    with Stage(folder, plan.store, plan.patience) as stage:
        steps = settings.plan_steps(stage.scene, int(plan.seconds / CHANGE_SECONDS) + 1)
        stage.put(steps[0])
        stage.percent = steps[0].percent
        stage.start("ab" if stage.store is not None else "a")
        tallies = Tallies()
        shop = Shop(stage.entry, tallies, stage.store is not None, stage.may_lose)
        directors = Directors(stage, shop, plan.seconds, steps, CHANGE_SECONDS)
        tallies.describe = directors.describe
        checker = Checker(settings.EXPERIMENT, settings.RUN, make_ring())
        load = Load(stage.entry, checker, shop, tallies, plan.rate, plan.seconds)
        sampler = Sampler(stage)
        drive(load, directors, sampler, lambda: watch(plan.seconds, tallies, tell))
        if stage.store is not None:
            await_counted(stage, sampler, shop)
        sampler.look()
        logs = end_routers(stage)
        return collect(stage, directors, sampler, shop, tallies, logs)


def watch(seconds: float, tallies: Tallies, tell: Callable[[str], None]) -> None:
    """Wait so many seconds, and say now and then how it goes."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, TELL_SECONDS))
        sent, failed = tallies.counts["requests"], tallies.counts["failed"]
        tell(f"{time.monotonic() - tallies.began:5.0f} s: {sent:,} requests, {failed:,} failed; {tallies.describe()}")


def drive(load: Load, directors: Directors, sampler: Sampler, wait: Callable[[], None]) -> None:
    """Everything at once. The load ends last, so that what is mended is shown to be well."""
    thread = threading.Thread(target=lambda: uvloop.run(load.run()), daemon=True)
    thread.start()
    sampler.start()
    directors.start()
    try:
        wait()
    finally:
        directors.end()
        load.ended = True
        thread.join()
        sampler.end()


def await_counted(stage: Stage, sampler: Sampler, shop: Shop) -> None:
    """Give the routers time to read the last totals; if they differ, the verdict says so."""
    expected = sum(sum(ledger.expect().values()) for ledger in shop.ledgers.values())

    def is_counted() -> bool:
        sampler.look()
        totals = stage.scrapes.ledger.totals.items()
        return sum(number for name, number in totals if name.startswith(COUNTED)) == expected

    with suppress(AssertionError):
        wait_until(is_counted, "everything is counted")


def end_routers(stage: Stage) -> list[str]:
    """End the routers as a node does, and find in all logs what must not be there."""
    bad = []
    for replica in stage.list_live():
        try:
            replica.stop()
        except AssertionError as error:
            bad.append(f"{replica.name}: {str(error)[:300]}")
    for replica in [*stage.list_live(), *stage.ended]:
        bad += [f"{replica.name}: {event}" for event in replica.events() if event["event"] in MUST_NOT]
    return bad


MUST_NOT: Final = ("fault", "store-forgot", "store-lost-events", "coins-changed")
