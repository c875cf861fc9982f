"""An experiment's document as the API server has it.

It is read as it stands, and not by the model of this version: an operator before or after this one may have written
it, and whoever asks in trouble must not be told that the answer has another form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interleaver.api import names

Document = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """An experiment that was read, with ways to its parts. What is not there is empty."""

    document: Document

    @property
    def name(self) -> str:
        return str(dig(self.document, "metadata", "name") or "")

    @property
    def namespace(self) -> str:
        return str(dig(self.document, "metadata", "namespace") or "")

    @property
    def generation(self) -> int:
        return int(dig(self.document, "metadata", "generation") or 0)

    @property
    def annotations(self) -> dict[str, str]:
        return dig(self.document, "metadata", "annotations") or {}

    @property
    def spec(self) -> Document:
        return self.document.get("spec") or {}

    @property
    def status(self) -> Document:
        return self.document.get("status") or {}

    @property
    def run(self) -> Document:
        """The run that is going on."""
        return self.status.get("run") or {}

    @property
    def run_id(self) -> str:
        """Its id; empty without one."""
        return str(self.run.get("id") or "")

    @property
    def stage(self) -> str:
        """Where it stands; empty without one."""
        return str(self.run.get("stage") or "")

    @property
    def plan(self) -> Document:
        """What decides it."""
        return self.run.get("plan") or {}

    @property
    def decision(self) -> Document:
        """The last verdict, and its words."""
        return self.status.get("decision") or {}

    @property
    def candidate(self) -> str:
        """The revision that the spec would have tried; empty without one."""
        return str(dig(self.spec, "candidate", "revision") or "")

    @property
    def is_seen(self) -> bool:
        """Whether the operator has acted on the spec as it is."""
        return int(self.status.get("observedGeneration", -1)) >= self.generation

    @property
    def is_suspended(self) -> bool:
        return bool(self.spec.get("suspend"))

    @property
    def is_manual(self) -> bool:
        """Whether a promotion of this run takes a person's word."""
        return str(dig(self.plan, "promotion", "mode")) == "Manual"

    def condition(self, kind: str) -> Document:
        """The condition of that type; empty without one."""
        return next((one for one in self.status.get("conditions") or [] if one.get("type") == kind), {})

    def is_true(self, kind: str) -> bool:
        return self.condition(kind).get("status") == "True"

    def names_run(self, command: str, run: str) -> bool:
        """Whether a command's annotation is there and names the run."""
        return self.annotations.get(command) == run

    def has_taken(self, command: str) -> bool:
        """Whether the operator has taken a command about the run that is going on."""
        return command in (self.run.get("taken") or [])


def dig(found: Any, *path: str) -> Any:
    """What stands at a path of keys; None when nothing does."""
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def read_time(text: str | None) -> datetime | None:
    """A time of the status; None without one."""
    return datetime.fromisoformat(text) if text else None


def is_ours(manifest: Document, experiment: Told) -> bool:
    """Whether an object is the experiment's own: it carries its name and uid."""
    labels = dig(manifest, "metadata", "labels") or {}
    uid = dig(experiment.document, "metadata", "uid")
    return bool(labels.get(names.LABEL_EXPERIMENT_UID) == uid)
