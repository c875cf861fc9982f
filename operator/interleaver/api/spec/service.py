"""spec.service: the entry Service."""

from pydantic import Field

from interleaver.api.fields import Model, ServiceName
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.source import Port


class Service(Model):
    """The entry Service: made and owned by the operator, or adopted (docs/how-to/adopt-a-service.md)."""

    name: ServiceName = Field(json_schema_extra=rules(rule("self == oldSelf", "spec.service.name is immutable")))
    """Name of the entry Service. It cannot be changed later."""
    port: Port = 80
    """Port of the entry Service."""
