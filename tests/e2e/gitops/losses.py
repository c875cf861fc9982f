"""After a promotion that Git does not know of, something is lost: the status, the resource, or all there was."""

import json
from dataclasses import dataclass
from typing import Any, Final

import yaml

from tests.e2e.gitops.engine import PROMOTED
from tests.e2e.gitops.journey import PATIENCE, RATE, Journey
from tests.e2e.gitops.standing import Standing, read

CHILDREN: Final = "deployments,services,configmaps,secrets,controllerrevisions"
OF_THE_API_SERVER: Final = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields")
OF_A_CLUSTER: Final = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")


@dataclass
class Losses(Journey):
    """A journey as far as the promotion, and what can be lost then."""

    def tell(self) -> None:
        trial = self.document()
        self.engine.deliver(self.document(candidate=None))
        self.scene.await_condition("Ready", seconds=120)
        with self.scene.shoppers("v2", seconds=1200, rate=RATE, patience=PATIENCE) as crowd:
            self.start(trial)
            self.promote()
            self.lose_status()
            self.lose_resource(trial)
            counts = crowd.finish()
        self.judge_requests(counts, "status wiped, resource deleted")
        self.restore(trial)
        self.rebuild(trial)

    def lose_status(self) -> None:
        before = self.settle()
        patch = json.dumps([{"op": "remove", "path": "/status"}])
        self.scene.kubectl("patch", "ilx", "feed", "--subresource=status", "--type=json", f"-p={patch}")
        self.await_revision("v2")
        self.compare("the status is wiped", before)

    def lose_resource(self, trial: dict[str, Any]) -> None:
        before = self.settle()
        self.scene.kubectl("delete", "ilx", "feed", "--timeout=20s", seconds=30)
        self.engine.deliver(trial)
        self.await_revision("v2")
        self.compare("the resource is deleted and made again by Git", before)

    def compare(self, what: str, before: Standing) -> None:
        """The same pods serve, by the entry Service's word; of what was in the status nothing is asked."""
        after = self.settle()
        different = before.differs(after, frozenset({"generation", "version", "origin", "verdicts"}))
        assert different == {}, f"{what}: {different} {self.scene.explain()}"
        self.watch(what)
        self.table.put(what, PROMOTED, "held: v2 serves, no pod restarted")

    def await_revision(self, name: str) -> None:
        serves = lambda: self.scene.status().get("serving", {}).get("revision") == name  # noqa: E731
        self.scene.until(serves, f"{name} serving", seconds=120)
        self.scene.await_condition("Ready", seconds=120)

    def restore(self, trial: dict[str, Any]) -> None:
        """A backup without status and owner references, put back into an empty namespace: children first."""
        before = read(self.scene)
        backup = [strip(one) for one in self.read_children()]
        self.empty()
        for one in backup:
            self.scene.kubectl("create", "-f", "-", stdin=yaml.safe_dump(one))
        self.engine.deliver(trial)
        self.await_revision("v2")
        after = self.settle()
        assert (after.hash, after.entry, after.run) == (before.hash, before.entry, ""), self.scene.explain()
        self.watch("a restore")
        self.table.put("a backup without status and owners is restored", PROMOTED, "v2 serves")

    def rebuild(self, trial: dict[str, Any]) -> None:
        """Git alone is left, and does not know of the promotion."""
        self.empty()
        self.engine.deliver(trial)
        self.await_revision("v1")
        self.scene.until(lambda: bool(read(self.scene).run), "the run, once more", seconds=120)
        assert read(self.scene).verdicts == ()
        self.table.put("the cluster is rebuilt from Git", PROMOTED, "v1 serves, the run is repeated")

    def read_children(self) -> list[dict[str, Any]]:
        words = ("get", CHILDREN, "-l", "interleaver.dev/experiment=feed", "-o", "json")
        found: list[dict[str, Any]] = json.loads(self.scene.kubectl(*words))["items"]
        return found

    def empty(self) -> None:
        """Remove the experiment and all that it made."""
        self.scene.kubectl("delete", "ilx", "feed", "--timeout=20s", seconds=30)
        self.scene.until(lambda: not self.remove_children(), "an empty namespace", seconds=120)

    def remove_children(self) -> list[dict[str, Any]]:
        """Delete them; returns those that were still there."""
        self.scene.kubectl("delete", CHILDREN, "-l", "interleaver.dev/experiment=feed", "--timeout=60s", seconds=70)
        return self.read_children()


def strip(live: dict[str, Any]) -> dict[str, Any]:
    """An object as a backup tool puts it back: without what the API server says of it."""
    gone = (*OF_THE_API_SERVER, "ownerReferences")
    metadata = {name: value for name, value in live["metadata"].items() if name not in gone}
    kept = {name: value for name, value in live.items() if name != "status"} | {"metadata": metadata}
    if live["kind"] == "Service":
        kept["spec"] = {name: value for name, value in live["spec"].items() if name not in OF_A_CLUSTER}
    return kept
