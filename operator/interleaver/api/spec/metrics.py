"""spec.metrics: how the routers' counters are read."""

from interleaver.api.fields import Duration, Model
from interleaver.api.spec.cel import rule, rules


class Metrics(Model):
    """How the routers' counters are read."""

    interval: Duration = "30s"
    """Time between two looks."""
    stale_after: Duration = "10m"
    """Age at which readings are too old to decide on: the ramp holds and nothing is promoted."""
    attribution_window: Duration = "24h"
    """How long after an impression a conversion still counts."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("duration(self.interval) >= duration('1s')", "interval must be at least 1s"),
            rule("duration(self.staleAfter) >= duration(self.interval)", "staleAfter must not be below interval"),
            rule("duration(self.attributionWindow) >= duration('1s')", "attributionWindow must be at least 1s"),
        )
    }
