"""The layers of tests: the first folder below tests/, from the cheapest to the dearest, and what each one came to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

LAYERS: Final = ("unit", "simulation", "packaging", "router", "lab", "soak", "integration", "e2e")
LEFT_OUT: Final = "left out"  # the property by which a test records a part of it that this run does not have
OUTCOMES: Final = ("passed", "failed", "skipped")


# The whole experiments that `make test` lets run at the same time as the others: those that change what is shared.
APART: Final = ("test_prometheus", "test_store", "test_default_store", "test_cluster_traces")


def layer_of(nodeid: str) -> str:
    """The layer of a test by its node id, `tests/router/tokens/test_tokens.py::test_y`."""
    folders = nodeid.partition("::")[0].split("/")
    return folders[1] if len(folders) > 2 else "other"


def rank(nodeid: str) -> int:
    """Where a test's layer stands in the order of execution; unknown layers come first, they are cheap or new."""
    layer = layer_of(nodeid)
    return LAYERS.index(layer) if layer in LAYERS else -1


def group_of(nodeid: str) -> str:
    """The tests that one process runs in a row when there are several: a file, or half of the whole experiments; of the
    lab a folder, whose files share a browser, an MLflow or a Spark."""
    file = nodeid.partition("::")[0]
    if layer_of(nodeid) == "lab":
        return file.rpartition("/")[0]
    if layer_of(nodeid) != "e2e":
        return file
    return "e2e apart" if file.endswith(tuple(f"/{name}.py" for name in APART)) else "e2e"


@dataclass
class Ledger:
    """What the layers came to. Seconds count set-up and tear-down; a test that fails in two phases is one."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    outcomes: dict[str, str] = field(default_factory=dict)  # by node id
    skips: dict[str, str] = field(default_factory=dict)  # the reason, by node id
    left_out: list[tuple[str, str]] = field(default_factory=list)  # node id, and a part of it that was not run

    def add(self, nodeid: str, outcome: str, seconds: float, *, concluding: bool, reason: str = "") -> None:
        """One phase of one test. A phase that concludes nothing (a set-up that passed) adds its time only."""
        self.seconds[layer_of(nodeid)] += seconds
        if not concluding or self.outcomes.get(nodeid) == "failed":
            return
        self.outcomes[nodeid] = outcome
        if outcome == "skipped":
            self.skips[nodeid] = reason

    def rows(self) -> Iterable[tuple[str, float, Counter[str]]]:
        """Layer, seconds, and how often each outcome came, in the order of execution."""
        counts: dict[str, Counter[str]] = {}
        for nodeid, outcome in self.outcomes.items():
            counts.setdefault(layer_of(nodeid), Counter())[outcome] += 1
        for layer in sorted(counts, key=lambda name: (LAYERS.index(name) if name in LAYERS else -1, name)):
            yield layer, self.seconds[layer], counts[layer]

    def lines(self) -> list[str]:
        """The summary as it is printed: one line a layer, what tests left out by design, every skip with its reason."""
        table = [f"{'layer':<12} {'seconds':>8} " + " ".join(f"{outcome:>8}" for outcome in OUTCOMES)]
        for layer, seconds, counts in self.rows():
            table.append(f"{layer:<12} {seconds:>8.1f} " + " ".join(f"{counts[outcome]:>8}" for outcome in OUTCOMES))
        table += [f"LEFT OUT {nodeid}: {part}" for nodeid, part in sorted(self.left_out)]
        return table + [f"SKIPPED {nodeid}: {reason}" for nodeid, reason in sorted(self.skips.items())]
