"""Those who give trouble to the models, to the store and the routers, and to the configuration, each in a thread.

What overlaps is on purpose: only both models at once, and a router that is killed while the store is away, are not
promised to go well, and do not happen.
"""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final

from tests.router.programs import wait_until
from tests.soak import settings
from tests.soak.lists import CHAMPION
from tests.soak.pressure import Pressure
from tests.soak.programs import ModelProcess, Replica
from tests.soak.shop import Shop
from tests.soak.stage import Stage
from tests.soak.troubles import Trouble, list_infrastructure, list_rounds

AFTERMATH_SECONDS: Final = 1.2  # after which requests that met a trouble are answered: the champion's deadline is past
KILLING_SHARE: Final = 0.25  # of the time in which any router may go; then the first one is left alone, to see it grow
RUSH_SECONDS: Final = 0.5  # for which feedback is held back, to have much of it on the way when a router is killed
LONGEST_BREATH: Final = 3.0  # seconds between two troubles of models, however long the soak
LONGEST_REST: Final = 15.0  # and of store and routers
TELLING_SECONDS: Final = 0.1  # between two looks whether routers are well


class Directors:
    """Runs the threads, and keeps what they did and what went wrong with them."""

    def __init__(self, stage: Stage, shop: Shop, seconds: float, steps: list[settings.Step], pause: float) -> None:
        self.stage = stage
        self.shop = shop
        self.began, self.pressure = time.monotonic(), Pressure()
        self.steps = steps
        self.pause = pause  # seconds between two changes of the configuration
        self.over = threading.Event()
        self.now: dict[str, str] = {}  # the troubles of the moment, by whom they befall
        self.done: Counter[str] = Counter()
        self.faults: list[str] = []
        self.seconds = seconds
        self.chance = random.Random(4)
        self.slowest_change = 0.0  # seconds until a change was in force everywhere
        acts = (self.trouble_models, self.trouble_infrastructure, self.change_configuration)
        self.threads = [threading.Thread(target=self.guard, args=(act,), daemon=True) for act in acts]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Begin nothing more; wait until what is going on is mended."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def describe(self) -> str:
        """The troubles of the moment."""
        return ", ".join(f"{who} {what}" for who, what in self.now.copy().items()) or "no trouble"

    def guard(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as fault:  # noqa: BLE001 - the verdict tells
            self.faults.append(f"{act.__name__}: {type(fault).__name__}: {fault}")

    def breathe(self) -> float:
        """Seconds between two troubles of models: in ten minutes they are well for most of the time."""
        return min(max(0.3, self.seconds / 200), LONGEST_BREATH)

    def rest(self) -> float:
        """Seconds between two troubles of store and routers."""
        return min(max(1.0, self.seconds / 40), LONGEST_REST)

    # The models.

    def trouble_models(self) -> None:
        """One trouble after the other. The champion is left alone until the candidate can stand in for it."""
        for trouble in list_rounds(self.chance):
            if self.over.wait(self.breathe()):
                return
            if trouble.model == CHAMPION and not self.await_stand_in():
                continue
            self.trouble_model(trouble)

    def await_stand_in(self) -> bool:
        """Whether every unit is interleaved; then wait until every router calls the candidate."""
        if self.stage.percent < 100:
            return False
        while not self.over.is_set() and not self.calls_candidate():
            self.over.wait(TELLING_SECONDS)
        return not self.over.is_set()

    def calls_candidate(self) -> bool:
        """Whether the breaker of every router is closed."""
        try:
            return not any(self.stage.scrapes.read(each).breaker_open for each in self.stage.list_live())
        except (OSError, EOFError):
            return False  # a router was killed just now

    def trouble_model(self, trouble: Trouble) -> None:
        if self.over.is_set():
            return
        stage, name = self.stage, f"{trouble.model} {trouble.name}"
        model = stage.champion if trouble.model == CHAMPION else stage.candidate
        self.now[trouble.model] = trouble.name
        begin(model, trouble.name)
        self.over.wait(trouble.seconds)
        mend(model, trouble.name)
        self.over.wait(AFTERMATH_SECONDS * stage.patience)
        del self.now[trouble.model]
        self.done[name] += 1

    # Store and routers.

    def trouble_infrastructure(self) -> None:
        """The store is away for a moment, or a router goes; each router in its turn."""
        for number, name in enumerate(list_infrastructure(self.stage.store.troubles if self.stage.store else ())):
            if self.over.wait(self.rest()):
                return
            who, what = name.split()
            self.now[who] = what
            if who == "store":
                self.trouble_store(what)
            elif what == "killed":
                self.kill_router(self.choose_slot(number))
            else:
                self.stage.replace_router(self.choose_slot(number))
            del self.now[who]
            self.done[name] += 1

    def choose_slot(self, number: int) -> str:
        """Which router goes: each in its turn, and later on the last one alone."""
        slots = list(self.stage.live)
        late = time.monotonic() - self.began > self.seconds * KILLING_SHARE
        return max(slots) if late else sorted(slots)[number // 4 % len(slots)]

    def kill_router(self, slot: str) -> None:
        """Kill a router while much feedback is on its way."""
        self.shop.hold()
        time.sleep(RUSH_SECONDS)
        self.shop.release()
        time.sleep(self.chance.uniform(0, 0.02))
        self.stage.kill_router(slot)

    def trouble_store(self, what: str) -> None:
        """Take the store away, bring it back, and wait until everything that waited for it is written."""
        assert self.stage.store is not None
        self.stage.store.trouble(what, self.over.wait, self.chance)
        for replica in self.stage.list_live():
            wait_until(partial(self.has_written, replica), "everything that waited is written")

    def has_written(self, replica: Replica) -> bool:
        """Whether nothing waits in a router: what had waited is written, for it goes in the order in which it came."""
        time.sleep(TELLING_SECONDS)
        store = self.stage.scrapes.read(replica).store
        waiting = self.stage.scrapes.extra[replica.name]["interleaver_store_buffered"]
        return store is not None and store.up and waiting == 0

    # The configuration.

    def change_configuration(self) -> None:
        """The first step is in force already."""
        generation = 1
        for index, (former, step) in enumerate(pairwise(self.steps), start=2):
            if self.over.wait(self.pause):
                if not former.valid:  # a router that starts now would never be ready
                    self.stage.put(step)
                return
            self.stage.put(step)
            generation = index if step.valid else generation
            began = time.monotonic()
            self.stage.await_in_force(generation)
            self.slowest_change = max(self.slowest_change, time.monotonic() - began if step.valid else 0)
            self.stage.percent = step.percent if step.valid else self.stage.percent
            self.done["configuration changed" if step.valid else "configuration invalid"] += 1


def begin(model: ModelProcess, trouble: str) -> None:
    if trouble == "killed":
        model.kill()
    elif trouble == "stalled":
        model.send_signal(signal.SIGSTOP)
    else:
        model.give_trouble(trouble)


def mend(model: ModelProcess, trouble: str) -> None:
    if trouble == "killed":
        model.start()
    elif trouble == "stalled":
        model.send_signal(signal.SIGCONT)
    else:
        model.give_trouble("none")
