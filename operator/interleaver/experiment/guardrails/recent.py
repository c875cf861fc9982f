"""How a guardrail's measure stood of late: what a promotion asks, beside the detector that rolls back (decision 14).

Events and calls are halved once a day, so that a day weighs half of the next one: long enough that a quiet hour proves
nothing, short enough that an accident of the first week does not stand in the way for ever.
"""

from datetime import datetime, timedelta
from typing import Final

from interleaver.api.fields import instant, timestamp
from interleaver.api.status import GuardrailReading

HALF_LIFE: Final = timedelta(days=1)  # what happens at night and at noon is in every half


def add_recent(
    reading: GuardrailReading, former: GuardrailReading | None, events: int, calls: int, now: datetime
) -> GuardrailReading:
    """The reading with what was counted of late, after a look that added `events` among `calls`."""
    since = instant(former.halved_at) if former and former.halved_at else now
    halvings = max(0, (now - since) // HALF_LIFE)  # a clock that went back halves nothing
    recent = {
        "events": ((former.events if former else 0) >> halvings) + events,
        "calls": ((former.calls if former else 0) >> halvings) + calls,
        "halved_at": timestamp(since + halvings * HALF_LIFE),
    }
    return reading.model_copy(update=recent)


def recent_share(reading: GuardrailReading) -> float:
    """The share of calls that went wrong of late; 0 when there were none."""
    return reading.events / reading.calls if reading.calls else 0.0
