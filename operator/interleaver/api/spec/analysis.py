"""spec.analysis: the statistical test."""

from typing import Annotated

from pydantic import Field

from interleaver.api.fields import Duration, Fraction, Model
from interleaver.api.spec.cel import rule, rules


class Analysis(Model):
    """The statistical test (docs/explanation/statistics.md)."""

    alpha: Fraction = "0.05"
    """Error rate of each one-sided test, however often it is looked at."""
    margin: Fraction = "0.02"
    """How much worse a candidate may be in preference and still be on par."""
    minimum_run: Duration = "168h"
    """Nothing is promoted before. A week sees every weekday, and light users too: heavy ones come to vote first, and
    where they lean another way than the rest, the first votes do not speak for all."""
    window: Duration = "336h"
    """A run that has not concluded by then ends as Inconclusive."""
    minimum_votes: Annotated[int, Field(ge=0, le=1_000_000_000)] = 200
    """Nothing is promoted on fewer votes."""
    planned_votes: Annotated[int, Field(ge=600, le=1_000_000_000)] = 2000
    """Number of votes by which you expect to decide: small effects are seen soonest there. A wrong guess costs little
    time and never validity, for the bets by which large effects and many ties are seen do not depend on it.
    `interleaver plan` advises a value."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("double(self.alpha) > 0.0 && double(self.alpha) < 0.5", "alpha must be above 0 and below 0.5"),
            rule("double(self.margin) > 0.0 && double(self.margin) < 0.5", "margin must be above 0 and below 0.5"),
            rule("duration(self.window) >= duration(self.minimumRun)", "window must not be shorter than minimumRun"),
            rule(
                "duration(self.window) > duration('0s') && duration(self.window) <= duration('8760h')",
                "window must be above 0 and at most 8760h",
            ),
        )
    }
