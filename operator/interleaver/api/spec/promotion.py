"""spec.promotion: what happens when the test concludes."""

from typing import Literal

from interleaver.api.fields import Duration, Model
from interleaver.api.spec.cel import rule, rules


class Promotion(Model):
    """What happens when the test concludes."""

    mode: Literal["Automatic", "Manual"] = "Automatic"
    """Automatic: promote by itself. Manual: wait for the annotation interleaver.dev/promote."""
    rollback_window: Duration = "1h"
    """How long the former champion keeps its size after a promotion."""
    progress_deadline: Duration = "10m"
    """How long a revision may take to become Ready, or a candidate may stay unhealthy. A champion that takes longer is
    Stalled until it is Ready."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("duration(self.rollbackWindow) <= duration('8760h')", "rollbackWindow must be at most 8760h"),
            rule(
                "duration(self.progressDeadline) >= duration('1s')"
                " && duration(self.progressDeadline) <= duration('168h')",
                "progressDeadline must be at least 1s and at most 168h",
            ),
        )
    }
