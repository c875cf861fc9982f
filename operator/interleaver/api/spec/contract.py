"""spec.contract: how a ranking request and its answer look."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from interleaver.api.fields import Line, Model, Pointer
from interleaver.api.http import HEADER_PATTERN, PATH_PATTERN, check_path
from interleaver.api.spec.cel import rule, rules
from interleaver.api.spec.page import Page, ParameterName

HeaderName = Annotated[str, StringConstraints(pattern=HEADER_PATTERN, max_length=128)]


class Unit(Model):
    """Who votes: where a request names its user or session. Exactly one of the fields."""

    header: HeaderName | None = None
    """Request header that holds the unit."""
    pointer: Pointer | None = None
    """JSON pointer to the unit in the request's body."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("has(self.header) != has(self.pointer)", "give exactly one of header and pointer")
        )
    }


def check_expression(pattern: str) -> str:
    """The pattern, if it is a regular expression. Raises ValueError: the API server knows RE2 only."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return pattern


class Exclude(Model):
    """Requests that are served by the champion and not counted: those in which a value matches, or is missing."""

    header: HeaderName | None = None
    """Request header to look at, each of them if it is repeated. Exactly one of header, query and pointer."""
    query: ParameterName | None = None
    """Query parameter to look at, each of them if it is repeated."""
    pointer: Pointer | None = None
    """JSON pointer to what to look at in the request's body: a text, number or boolean, or each of a list of them."""
    pattern: (
        Annotated[str, StringConstraints(min_length=1, max_length=253), AfterValidator(check_expression)] | None
    ) = Field(
        default=None,
        json_schema_extra=rules(rule("''.matches(self) || !''.matches(self)", "pattern must be a regular expression")),
    )
    """Regular expression that RE2 and Python both know, searched for in the value by RE2, in linear time."""
    when: Literal["Matches", "Missing"] | None = None  # no default: a plan that is frozen already must not change
    """Whether those are excluded whose value matches the pattern, as where this is absent, or those without a value."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule(
                "(has(self.header) ? 1 : 0) + (has(self.query) ? 1 : 0) + (has(self.pointer) ? 1 : 0) == 1",
                "give exactly one of header, query and pointer",
            ),
            rule("has(self.pattern) != (has(self.when) && self.when == 'Missing')", "give a pattern, or when: Missing"),
        )
    }


class Tensor(Model):
    """A ranking in the outputs of an Open Inference Protocol v2 answer, which are put into one order together."""

    ids: Line
    """Name of the output that holds the ids."""
    columns: Annotated[list[Line], Field(max_length=64)] = []
    """Names of the other outputs that have a row for each id; empty: all whose shape says so."""


class Contract(Model):
    """How a ranking request and its answer look. Everything else is proxied unchanged."""

    path: Annotated[str, StringConstraints(pattern=PATH_PATTERN, max_length=512), AfterValidator(check_path)]
    """Path of ranking requests as clients send it, interleaved for POST and GET. Others go to the serving model."""
    unit: Unit
    """Who votes."""
    items: Pointer | None = None
    """JSON pointer to the ranked list in the model's answer. Exactly one of items and tensor."""
    item_id: Pointer = ""
    """JSON pointer to the id inside one item; empty when items are plain ids."""
    tensor: Tensor | None = None
    """The ranking in tensors, instead of a list at a pointer."""
    depth: Annotated[int, Field(ge=1, le=200)] = 50
    """How many items are merged and can get credit. Below them follow all of the champion's items not shown yet, in its
    order; the list is as long as the champion's."""
    exclude: Annotated[list[Exclude], Field(max_length=20)] = []
    """Requests that are served by the champion and not counted, for example of bots."""
    page: Page | None = None
    """Where requests say which page of a list they ask for, so that all pages of a unit are cut out of one merge."""

    model_config = Model.model_config | {
        "json_schema_extra": rules(
            rule("self.path != '/feedback'", "path /feedback is where the router takes feedback"),
            rule("has(self.items) != has(self.tensor)", "give exactly one of items and tensor"),
            rule("has(self.items) || self.itemId == ''", "itemId belongs to items, not to tensor"),
        )
    }
