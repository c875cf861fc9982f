"""What the status says of a run in numbers: counts, evidence and what to expect. Decimals are strings."""

from typing import Annotated

from pydantic import Field

from interleaver.api.fields import Line, Model

Count = Annotated[int, Field(ge=0)]


class Tally(Model):
    """Votes by outcome: a win is the candidate's."""

    wins: Count = 0
    """Units that voted for the candidate."""
    ties: Count = 0
    """Units that voted for an item both models proposed."""
    losses: Count = 0
    """Units that voted for the champion."""


class Conversions(Model):
    """Credited conversions by the team that owned the item."""

    champion: Count = 0
    """Of the champion's items."""
    candidate: Count = 0
    """Of the candidate's items."""
    neutral: Count = 0
    """Of items both models proposed."""


class Evidence(Model):
    """What the tally says: e-values to be compared with 1/alpha, and the preference."""

    on_par: Line
    """Against: worse than the margin."""
    better: Line
    """Against: not better."""
    harm: Line
    """Against: not worse."""
    preference: Line
    """Share of votes for the candidate, ties by half, minus one half."""
    interval: Annotated[list[Line], Field(max_length=2)]
    """Confidence sequence of the preference at level 1 - 2 alpha, valid at every look."""


class Position(Model):
    """Attention by rank, and the preference with that taken out. For information: it decides nothing."""

    curve: Annotated[list[Line], Field(max_length=20)]
    """How much attention each rank gets, from the first, which is 1, as far down as votes tell."""
    curve_low: Annotated[list[Line], Field(max_length=20)]
    """Lower end of the asymptotic confidence sequence of each rank, at level 1 - 2 alpha."""
    curve_high: Annotated[list[Line], Field(max_length=20)]
    """Upper end of the same."""
    preference: Line
    """The preference with votes weighted by the inverse of their rank's attention, ten times at most."""
    interval: Annotated[list[Line], Field(max_length=2)]
    """Its asymptotic confidence sequence at level 1 - 2 alpha."""


class GuardrailReading(Model):
    """The state of one guardrail."""

    name: Line
    """Name of the guardrail."""
    ratio: Line
    """The plain ratio of the last look; of a query, the last value."""
    bar: Line
    """Logarithm of the evidence as a share of what is a breach, which is 1; of a query, a third of the streak."""
    events: Count = 0
    """What went wrong of late: the count of a day weighs half of the next day's."""
    calls: Count = 0
    """Of how many calls or requests, weighed likewise."""
    halved_at: Line | None = None
    """When these two were last halved."""
    streak: Count = 0
    """Looks in a row, up to three, in which the ratio was above the limit, or a query's value on the wrong side."""
    read_at: Line | None = None
    """When a query last gave a value that counts."""
    unknown: Line | None = None
    """Why a query gave no data at the last look; absent when it did."""


class Flow(Model):
    """How votes flow: when the last one was seen, and what had been counted by then."""

    since: Line
    """When a look last found new votes; before the first, when the run became Running."""
    votes: Count = 0
    """Votes by then."""
    whole: Annotated[dict[str, Count], Field(max_length=80)] = {}
    """What routers have counted that tells why no votes come; without what they did while others joined or went."""
    before: Annotated[dict[str, Count], Field(max_length=80)] = {}
    """The same when the last vote was seen."""
    shown: Annotated[dict[str, Count], Field(max_length=80)] = {}
    """What routers showed at the last look."""
    routers: Line | None = None
    """Name of the set of routers that were read then."""
    heavy: Annotated[dict[str, Count], Field(max_length=20)] = {}
    """Units that send more than 5 % of the ranking requests, by hash, and their share in percent."""
    blind: bool = False
    """Whether a router is of a version that does not count requests without a unit."""


class Estimate(Model):
    """What to expect, from the same test as the decision."""

    votes_per_day: Count
    """Votes a day at the present rate."""
    days_left: Line | None = None
    """Days until the run is likely to conclude; absent while there are fewer than 100 votes."""
