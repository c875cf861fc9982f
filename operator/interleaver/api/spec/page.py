"""spec.contract.page: where a request says which page of the list it asks for."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from interleaver.api.fields import Model
from interleaver.api.http import PARAMETER_PATTERN
from interleaver.api.paging import MOST_ITEMS
from interleaver.api.spec.cel import rule, rules

ParameterName = Annotated[str, StringConstraints(pattern=PARAMETER_PATTERN, max_length=128)]
Inside = Annotated[str, StringConstraints(pattern=r"^(/([^/~]|~[01])*)+$", max_length=256)]  # never the whole body

ONE_PLACE: Final = rules(rule("has(self.query) != has(self.pointer)", "give exactly one of query and pointer"))


def name_same(field: str) -> str:
    """In CEL: the size stands in the same place as this field of the page."""
    return " || ".join(
        f"(has(self.{field}) && has(self.{field}.{kind}) && has(self.size.{kind}) "
        f"&& self.{field}.{kind} == self.size.{kind})"
        for kind in ("query", "pointer")
    )


def with_rules(extension: dict[str, Any]) -> Any:
    """The settings of a model that carries these rules."""
    return Model.model_config | {"json_schema_extra": extension}


class Offset(Model):
    """How many items of the list stand before the page; a request without it asks for the first page."""

    query: ParameterName | None = None
    """Query parameter that holds it."""
    pointer: Inside | None = None
    """JSON pointer to it in the request's body, where it is a whole number."""

    model_config = with_rules(ONE_PLACE)


class Number(Model):
    """The page's number; a request without it asks for the first page."""

    query: ParameterName | None = None
    """Query parameter that holds it."""
    pointer: Inside | None = None
    """JSON pointer to it in the request's body, where it is a whole number."""
    first: Annotated[int, Field(ge=0, le=1)] = 1
    """The number of the first page."""

    model_config = with_rules(ONE_PLACE)


class Size(Model):
    """How many items a page has."""

    query: ParameterName | None = None
    """Query parameter that holds it."""
    pointer: Inside | None = None
    """JSON pointer to it in the request's body, where it is a whole number."""
    default: Annotated[int, Field(ge=1, le=MOST_ITEMS)] | None = None
    """The models' own size, for requests that name none; without it their later pages are the champion's."""

    model_config = with_rules(ONE_PLACE)


class Page(Model):
    """Which page of a list a request asks for. A later page is cut out of the merge of all items down to its end."""

    offset: Offset | None = None
    """How many items stand before the page. Exactly one of offset and number."""
    number: Number | None = None
    """The page's number."""
    size: Size
    """How many items a page has."""

    model_config = with_rules(
        rules(
            rule("has(self.offset) != has(self.number)", "give exactly one of offset and number"),
            rule(
                f"!({name_same('offset')} || {name_same('number')})",
                "size and page must stand in different places of the request",
            ),
        )
    )
