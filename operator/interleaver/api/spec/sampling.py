"""spec.sampling: what routers write of live traffic, for evaluation sets of the lab."""

from typing import Annotated

from pydantic import Field

from interleaver.api.fields import Fraction, Model, Pointer
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.contract import HeaderName


class Value(Model):
    """A value of a request. Exactly one of the fields."""

    header: HeaderName | None = None
    """Request header that holds it."""
    pointer: Pointer | None = None
    """JSON pointer to it in the request's body."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.header) != has(self.pointer)", "give exactly one of header and pointer")
        )
    }


class Sampling(Model):
    """What routers write of live traffic, as JSON lines in the volume interleaver-samples of their pods: requests of
    interleaved units, both lists, whose item each place is, and conversions. No request ever waits for it; what finds
    no room is dropped and counted. It takes routers of this version, and effect at once."""

    rate: Fraction = "0.01"
    """Share of units of which all interleaved requests are written."""
    headers: Annotated[list[HeaderName], Field(max_length=20)] = []
    """Request headers to write beside the unit's. No others are written."""
    hash: Annotated[list[Value], Field(max_length=20)] = []
    """Values that are written as a hash, keyed by the experiment: two that are equal stay equal."""
    drop: Annotated[list[Value], Field(max_length=20)] = []
    """Values that are left out."""
    line_bytes: Annotated[int, Field(ge=1024, le=1_048_576)] = 65_536
    """Longest line; what would be longer is dropped and counted."""
    file_bytes: Annotated[int, Field(ge=65_536, le=536_870_912)] = 16_777_216
    """Size at which a file is closed and the next one begun."""
    files: Annotated[int, Field(ge=2, le=1000)] = 8
    """Files that a pod keeps; the oldest makes room."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("double(self.rate) > 0.0 && double(self.rate) <= 1.0", "rate must be above 0 and at most 1"),
            rule("self.lineBytes <= self.fileBytes", "lineBytes must not be above fileBytes"),
            # The volume that pods get by default holds 1 GiB, beyond which the kubelet evicts the pod.
            rule("self.fileBytes * self.files <= 1000000000", "fileBytes times files must be at most 1000000000"),
        )
    }
