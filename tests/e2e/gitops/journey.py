"""An experiment's whole life with one tool: seed, trial, promotion, merge; at each time all is applied again."""

import time
from dataclasses import dataclass
from typing import Any, Final

from tests.e2e.gitops.engine import BEFORE, HELD, MERGED, PROMOTED, RUNNING, Document, Engine, Way
from tests.e2e.gitops.standing import Standing, read
from tests.e2e.gitops.table import ELSEWHERE, Table
from tests.e2e.scene import Scene, make_manifest, make_model, name_failures

STEADY_SECONDS: Final = 4.0  # the operator comes at once; what it would do wrong, it would have begun by then
SETTLING_SECONDS: Final = 20.0  # until an order that changes nothing is written down as seen
POLL_SECONDS: Final = 0.5
PATIENCE: Final = 20.0  # seconds that a shopper waits, who is there to see whether requests are lost
RATE: Final = 20.0  # visits a second, for several experiments share two cores

# The run waits for a person, so that there is time in it for every way, however busy the machine is.
PATIENT: Final = {
    "promotion": {"mode": "Manual", "rollbackWindow": "3s", "progressDeadline": "2m"},
    "analysis": {
        "alpha": "0.05",
        "margin": "0.1",
        "minimumRun": "3s",
        "window": "1h",
        "minimumVotes": 50,
        "plannedVotes": 600,
    },
    "replicas": 1,
    "router": {"championTimeout": "10s"},  # half a dozen experiments share two cores: what is slow is not lost
}


@dataclass
class Journey:
    """One experiment in a namespace of its own."""

    scene: Scene
    engine: Engine
    table: Table
    thorough: bool  # every way in every column, and each with a while of its own in which nothing may follow

    def document(self, **spec: Any) -> Document:
        return make_manifest(self.scene.cluster, self.scene.namespace, **PATIENT, **spec)

    def tell(self) -> None:
        """All of it. Raises AssertionError at the first thing that does not hold."""
        seed, trial = self.document(candidate=None), self.document()
        merged = self.document(champion=make_model(self.scene.cluster, "v2"), candidate=None)
        self.engine.deliver(seed)
        self.judge_health()
        self.scene.await_condition("Ready", seconds=120)
        with self.scene.shoppers("v2", seconds=1200, rate=RATE, patience=PATIENCE) as crowd:
            self.go_through(BEFORE, seed)
            self.start(trial)
            self.go_through(RUNNING, trial)
            self.promote()
            self.go_through(PROMOTED, trial)
            self.merge(merged)
            self.go_through(MERGED, merged)
            counts = crowd.finish()
        assert counts["served-by-v2"] > 0, counts
        self.judge_requests(counts)

    def judge_requests(self, counts: dict[str, int], where: str = "") -> None:
        """Nobody noticed."""
        failed = name_failures(counts)
        assert failed == {}, f"{self.engine.name}: requests failed: {failed}"
        self.table.lines.append(f"{where or self.engine.name}: {counts['requests']} requests meanwhile, none failed")

    def judge_health(self) -> None:
        """Whether what the tool says of the new experiment is true."""
        if said := self.engine.vouches():
            self.table.lines.append(f"{self.engine.name}: {said}")

    def start(self, trial: Document) -> None:
        self.engine.deliver(trial)
        self.scene.until(lambda: self.scene.status().get("run", {}).get("percent", 0) >= 50, "a run", seconds=120)

    def promote(self) -> None:
        """A person gives the word, as the condition says."""
        run = self.scene.status()["run"]["id"]
        waits = lambda: "interleaver.dev/promote" in self.scene.condition("Concluded").get("message", "")  # noqa: E731
        self.scene.until(waits, "the wait for a word", seconds=180)
        self.scene.kubectl("annotate", "ilx", "feed", f"interleaver.dev/promote={run}")
        self.scene.await_condition("Concluded", reason="Promote", seconds=120)
        over = lambda: "run" not in self.scene.status() and self.scene.pods() == {"v2": 1}  # noqa: E731
        self.scene.until(over, "the end of the run", seconds=120)

    def merge(self, merged: Document) -> None:
        """Git has the promotion, and no pod restarts."""
        assert self.scene.condition("PromotionRecorded")["status"] == "False"
        before = read(self.scene)
        self.engine.deliver(merged)
        self.scene.await_condition("PromotionRecorded", seconds=60)
        assert "candidate" not in self.scene.get()["spec"], f"{self.engine.name} left what Git has dropped"
        after = read(self.scene)
        altered = frozenset({"generation", "version"})
        assert before.differs(after, altered) == {}, f"{self.engine.name}, the merge: {self.scene.explain()}"
        self.table.put(f"{self.engine.name}: the promotion is merged", MERGED, "no pod restarted, recorded")

    def go_through(self, column: str, document: Document) -> None:
        """Every way, and that nothing follows."""
        for way in self.engine.ways():
            if way.lasts and column != PROMOTED and not self.thorough:
                self.table.put(f"{self.engine.name}: {way.name}", column, ELSEWHERE)
                continue
            self.apply_again(way, column, document)
            if self.thorough or column == PROMOTED:
                self.watch(f"{way.name}, {column}")
        self.watch(column)

    def apply_again(self, way: Way, column: str, document: Document) -> None:
        before = self.settle()
        outcome = way.do(document) or HELD
        after = self.settle()
        different = before.differs(after, way.alters | {"version"})
        assert different == {}, f"{self.engine.name}, {way.name}, {column}: {different} {self.scene.explain()}"
        self.table.put(f"{self.engine.name}: {way.name}", column, outcome)

    def settle(self) -> Standing:
        """What stands once it is told and has stood still from one look to the next; a fight would never let it."""
        end, former, standing = time.monotonic() + SETTLING_SECONDS, None, read(self.scene)
        while former is None or not standing.told or former.differs(standing):
            assert time.monotonic() < end, f"{self.engine.name}: no end of writing: {former} {standing}"
            time.sleep(POLL_SECONDS)
            former, standing = standing, read(self.scene)
        return standing

    def watch(self, where: str) -> None:
        """For a while nothing changes: neither what stands, nor what the tool has done."""
        before, done, end = self.settle(), self.engine.trace(), time.monotonic() + STEADY_SECONDS
        while time.monotonic() < end:
            different = before.differs(read(self.scene))
            assert different == {}, f"{self.engine.name}, {where}: {different} {self.scene.explain()}"
            time.sleep(POLL_SECONDS)
        assert self.engine.trace() == done, f"{self.engine.name}, {where}: it went on applying"
