"""What is measured of one model, and what is drawn of it: the words that resampling and intervals share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.measures.curves import Floats
from interleaver.lab.measures.custom import CustomMetric
from interleaver.lab.measures.score_sheet import Kind, Part, Scored


@dataclass(frozen=True)
class Own:
    """A team's own metric of one model."""

    custom: CustomMetric
    threshold: float
    measured: NDArray[np.bool_]
    """Which samples it is given, (samples,)."""
    attributes: Mapping[str, NDArray[np.object_]]
    """Text of each attribute or None, (samples,)."""


@dataclass(frozen=True)
class Sheet:
    """One model on all samples: its scores, and the metrics that add up."""

    scored: Scored
    parts: Sequence[Part]
    own: Sequence[Own] = ()


@dataclass(frozen=True)
class Drawn:
    """One metric of one model on a slice."""

    value: float
    """NaN where it was not measured; `why` says the reason."""
    resampled: Floats
    """(resamples,); NaN where a resample has no value."""
    n: int
    """Samples that it was measured on."""
    units: int
    """Units behind them."""
    weighty: int
    """Units that bear on it: of a rate, those that have what it divides by; of a curve, those of the rarer class."""
    sums: Floats | None = None
    """What each unit of the slice adds, (units, width); None of a curve."""
    why: str = ""
    kind: Kind = Kind.FREE
    trials: int = 0
    """Of a share: samples that it divides by."""
    terms: "tuple[tuple[float, Drawn], ...]" = ()
    """Shares of which it is the sum, each with its weight."""
