"""What parts of the router's configuration have in common: how they are spelled, and the scalars that they hold."""

from collections.abc import Callable
from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=253)]
Pointer = Annotated[str, msgspec.Meta(max_length=256, pattern=r"^(/([^/~]|~[01])*)*$")]
Header = Annotated[str, msgspec.Meta(max_length=128)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A part of the configuration: frozen, camelCase in JSON, unknown fields refused."""


def name_field(field: str, check: Callable[[str], object], value: str) -> None:
    """Check a value. Raises ValueError that names the field."""
    try:
        check(value)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None
