"""kubectl, as people and pipelines call it."""

from collections.abc import Callable, Sequence
from subprocess import CalledProcessError
from typing import Final

import yaml

from tests.e2e.gitops.engine import Document, Way
from tests.e2e.scene import Scene

SERVER_SIDE = ("apply", "--server-side", "--field-manager=gitops")
TIMES: Final = 10  # that a replacement may meet a write of the status, which comes once a second in a run
LABELS = ("argocd.argoproj.io/instance=shop", "app.kubernetes.io/managed-by=Helm")


class Kubectl:
    """Client-side apply to deliver, and every other form of applying the same again."""

    name = "kubectl"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def deliver(self, document: Document) -> None:
        self.run("apply")(document)

    def run(self, *words: str) -> Callable[[Document], None]:
        """A command that takes a document on standard input."""

        def call(document: Document) -> None:
            self.scene.kubectl(*words, "-f", "-", stdin=yaml.safe_dump(document))

        return call

    def ways(self) -> Sequence[Way]:
        return (
            Way("apply", self.run("apply")),
            Way("apply --server-side --force-conflicts", self.run(*SERVER_SIDE, "--force-conflicts")),
            Way("apply --server-side", self.run(*SERVER_SIDE)),
            Way("replace", self.replace),
            Way("apply after a replace", self.run("apply")),
            Way("apply with a status", self.apply_with_status),
            Way("labels of GitOps tools", self.label),
        )

    def replace(self, document: Document) -> None:
        """It reads what there is, and is refused when the status was written meanwhile: then it is called again."""
        for number in range(TIMES):
            try:
                return self.run("replace")(document)
            except CalledProcessError as error:
                if number == TIMES - 1 or "the object has been modified" not in error.stderr:
                    raise

    def apply_with_status(self, document: Document) -> None:
        """As of an export that somebody committed."""
        self.run("apply")(document | {"status": {"serving": {"revision": "v0"}}})

    def label(self, document: Document) -> None:
        self.scene.kubectl("label", "--overwrite", "ilx", "feed", *LABELS)

    def trace(self) -> str:
        return ""

    def vouches(self) -> str:
        return ""
