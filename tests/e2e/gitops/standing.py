"""What stands in the cluster: what a tool that applies the same document again must leave as it is."""

from dataclasses import asdict, dataclass
from typing import Any

from tests.e2e.scene import Scene


@dataclass(frozen=True)
class Standing:
    """What must not change when nothing was ordered."""

    serving: str
    hash: str
    origin: str
    pods: frozenset[str]  # uids
    entry: str  # the hash that the entry Service selects
    verdicts: tuple[str, ...]
    run: str  # its id
    generation: int  # of the spec, which only orders raise
    version: str  # of the whole resource while no run is going on, for then nobody has anything to write
    told: bool  # whether the status speaks of this generation, and of as many pods as there are

    def differs(self, later: "Standing", but: frozenset[str] = frozenset()) -> dict[str, tuple[Any, Any]]:
        """What is not the same later, apart from some of it: before and after, by name."""
        old, new = asdict(self), asdict(later)
        return {name: (old[name], new[name]) for name in old if name not in {*but, "told"} and old[name] != new[name]}


def read(scene: Scene) -> Standing:
    """What stands now."""
    found = scene.cluster.get("ilx,services,pods", scene.namespace)["items"]
    live, service = (find(found, *which) for which in (("InterleavingExperiment", "feed"), ("Service", "home-feed")))
    pods = [one["metadata"] for one in found if one["kind"] == "Pod" and "deletionTimestamp" not in one["metadata"]]
    status = live.get("status", {})
    serving, run = status.get("serving", {}), status.get("run", {}).get("id", "")
    return Standing(
        serving.get("revision", ""),
        serving.get("hash", ""),
        serving.get("origin", ""),
        frozenset(pod["uid"] for pod in pods),
        service["spec"]["selector"]["interleaver.dev/hash"],
        tuple(f"{past['candidate']} {past['verdict']}" for past in status.get("history", ())),
        run,
        live["metadata"]["generation"],
        "" if run else live["metadata"]["resourceVersion"],
        is_told(live, [pod for pod in pods if pod["labels"].get("interleaver.dev/hash") == serving.get("hash")]),
    )


def is_told(live: dict[str, Any], serving: list[dict[str, Any]]) -> bool:
    """Whether the operator has written down what it was told last; a busy one does so some looks later."""
    status = live.get("status", {})
    return (status.get("observedGeneration"), status.get("replicas")) == (live["metadata"]["generation"], len(serving))


def find(objects: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The object of that kind and name."""
    return next(one for one in objects if (one["kind"], one["metadata"]["name"]) == (kind, name))
