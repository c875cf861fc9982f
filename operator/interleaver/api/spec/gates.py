"""spec.candidate.gates: what a candidate must pass before any user sees it."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from interleaver.api.fields import Duration, Model
from interleaver.api.spec.cel import rule, rules

LONGEST_GATE: Final = 1 << 13  # bytes of a Job's template; the plan of a run keeps all gates, and the status the plan
MOST_GATES: Final = 5  # so that the status stays within 40 kB more, and the logs' ends within 10

GateName = Annotated[str, StringConstraints(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", min_length=1, max_length=30)]


class JobGate(Model):
    """A Job of yours, such as end-to-end tests: it passes when the Job completes."""

    template: Annotated[dict[str, Any], Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})]
    """A PodTemplateSpec: metadata and spec of the Job's one pod; at most 8 kB. It is not tried again when it fails. All
    its containers have CHAMPION_URL and CANDIDATE_URL, where both models answer, in their environment."""


class Gate(Model):
    """One gate. Exactly one of its kinds is given."""

    name: GateName
    """Name of the gate: a DNS label of at most 30 characters."""
    deadline: Duration | None = None
    """How long it may take. Default: promotion.progressDeadline."""
    job: JobGate | None = None
    """A Job of yours."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.job)", "give the gate a kind: job"),
            rule(
                "!has(self.deadline)"
                " || (duration(self.deadline) >= duration('1s') && duration(self.deadline) <= duration('24h'))",
                "deadline must be at least 1s and at most 24h",
            ),
        )
    }
