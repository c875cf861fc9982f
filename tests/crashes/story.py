"""The stories that are told again and again: an experiment, what its routers count, and how it must end.

What routers show depends on the percent that was in force alone, never on time, so that every telling of a story that
is told right ends with the very same counts.
"""

from dataclasses import dataclass
from typing import Any, Final

from tests.builders import make_spec

Votes = dict[str, int]


@dataclass(frozen=True)
class Story:
    """One experiment from its first status to its rest."""

    name: str
    votes: dict[int, Votes]  # all that have been counted once so many percent are in force
    verdict: str
    serving: str  # the revision that serves in the end
    abort: bool = False  # whether somebody aborts the run as soon as votes came


PROMOTION: Final = Story(
    "promotion",
    {10: {"win": 30, "tie": 10, "loss": 15}, 100: {"win": 600, "tie": 200, "loss": 300}},
    verdict="Promote",
    serving="v42",
)
ROLLBACK: Final = Story("rollback", {10: {"win": 10, "tie": 10, "loss": 400}}, verdict="Rollback", serving="v41")
ABORT: Final = Story("abort", {10: {"win": 30, "tie": 10, "loss": 15}}, verdict="Aborted", serving="v41", abort=True)
STORIES: Final = (PROMOTION, ROLLBACK, ABORT)


def make_template(revision: str) -> dict[str, Any]:
    """A model whose pods no scheduler and no kubelet takes, so that nobody else says how they are."""
    container = {"name": "model", "image": f"localhost/model:{revision}", "ports": [{"containerPort": 9000}]}
    return {"spec": {"schedulerName": "nobody", "containers": [container]}}


def make_model(revision: str) -> dict[str, Any]:
    return {"revision": revision, "port": 9000, "source": {"template": make_template(revision)}}


def make_manifest(story: Story, namespace: str) -> dict[str, Any]:
    """An experiment that is over within half a minute. Its deadlines are longer than any clock is wrong, as they are in
    earnest."""
    top = "5m" if story.abort else "1s"
    spec = make_spec(
        champion=make_model("v41"),
        candidate=make_model("v42"),
        traffic={"steps": [{"percent": 10, "hold": top}, {"percent": 100}]},
        metrics={"interval": "1s", "staleAfter": "30s", "attributionWindow": "10m"},
        analysis={
            "alpha": "0.05",
            "margin": "0.05",
            "minimumRun": "2s",
            "window": "48h",
            "minimumVotes": 100,
            "plannedVotes": 1000,
        },
        promotion={"rollbackWindow": "3s", "progressDeadline": "6h"},
    )
    metadata = {"name": "feed", "namespace": namespace}
    kind = {"apiVersion": "interleaver.dev/v1alpha1", "kind": "InterleavingExperiment"}
    return kind | {"metadata": metadata, "spec": spec}
