"""What routers are told to write of live traffic. It is no part of a run's plan, for it decides nothing."""

from fractions import Fraction

import msgspec

from interleaver.api import names
from interleaver.api.observed import Observed
from interleaver.api.routing import BILLION, Sampling, Value
from interleaver.api.spec.sampling import Sampling as SpecSampling
from interleaver.api.spec.sampling import Value as SpecValue


def router_sampling(sampling: SpecSampling, observed: Observed) -> Sampling | msgspec.UnsetType:
    """What the spec asks for, once every router knows it: one of before would refuse the whole configuration."""
    if not all(each.snapshot.sidecar.writes_samples for each in observed.deployed.values()):
        return msgspec.UNSET
    return Sampling(
        folder=names.SAMPLES_DIRECTORY,
        per_billion=max(1, min(BILLION, int(Fraction(sampling.rate) * BILLION))),
        headers=tuple(sampling.headers),
        hash=tuple(router_value(value) for value in sampling.hash),
        drop=tuple(router_value(value) for value in sampling.drop),
        line_bytes=sampling.line_bytes,
        file_bytes=sampling.file_bytes,
        files=sampling.files,
    )


def router_value(value: SpecValue) -> Value:
    """A value of a request, in the router's own form."""
    return Value(value.header, value.pointer)
