"""The rows of a suite's tables as JSON lines have them: the published schema. Parquet has the same columns, flat.

Readers check columns at once, not rows by these models; tests hold both to the same judgement of the same rows.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from interleaver.api.http import HEADER_PATTERN
from interleaver.lab.suites.description import Strict

LONGEST_ID: Final = 1024  # characters
LEAST_WEIGHT: Final = 1e-9  # that is not 0; see weights.py
MOST_WEIGHT: Final = 1e9
ATTRIBUTE_PATTERN: Final = r"^\w([\w .-]{0,98}[\w.-])?$"
HEADER_VALUE_PATTERN: Final = r"^[!-~\x80-\xff]([ -~\x80-\xff\t]*[!-~\x80-\xff])?$"

Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID, strict=True)]
Text = Annotated[str, StringConstraints(strict=True)]
Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Attributes = Annotated[
    dict[Annotated[str, StringConstraints(pattern=ATTRIBUTE_PATTERN)], str | int | float | bool | None], Field()
]
Headers = dict[
    Annotated[str, StringConstraints(pattern=HEADER_PATTERN)],
    Annotated[str, StringConstraints(pattern=HEADER_VALUE_PATTERN)],
]


def refuse_tiny(weight: float) -> float:
    """A weight that sums can hold."""
    if 0 < weight < LEAST_WEIGHT:
        raise ValueError(f"is less than {LEAST_WEIGHT:g}, and not 0")
    return weight


Weight = Annotated[Finite, Field(ge=0, le=MOST_WEIGHT), AfterValidator(refuse_tiny)]


class Row(Strict):
    """What rows of all tables have in common: what is absent and what is null are the same."""


class Case(Row):
    """What a query and a sample have in common."""

    unit: Text | None = None
    """The user or person behind it: what intervals resample. Without one, it stands for itself."""
    source: Id
    """production, benchmark, corner, or a name of your own."""
    attributes: Attributes = Field(default={})
    """What groups are made by. In Parquet a column `attributes.NAME` each. Null and the empty text are "missing"."""
    weight: Weight | None = None
    """What it counts in figures, 1 where it is absent; `interleaver lab balance` writes it. The greatest of a table may
    be 1e9 times the least that is not 0, which is 1e-9 or more."""


class Query(Case):
    """A row of `queries`: one ranking request."""

    query: Id
    """Its name, once in the table."""
    request: JsonValue
    """The JSON body that is sent. In Parquet its text."""
    headers: Headers | None = None
    """Headers that are sent beside those that the lab sends itself. In Parquet a map, or the object's text."""


class Judgment(Row):
    """A row of `judgments`: what one item is worth for one query."""

    query: Id
    """A query of `queries`."""
    item: str | int | float | bool
    """The item's JSON id, as models answer it: 1 and "1" are two items, 1 and 1.0 are one. In Parquet its JSON text."""
    gain: Annotated[Finite, Field(ge=0)]
    """0 is not relevant. A grade, or what a conversion was worth."""


class Item(Row):
    """A row of `items`: what people see of an item, and anything else."""

    model_config = ConfigDict(extra="allow")
    item: str | int | float | bool
    """The item's JSON id. In Parquet its JSON text."""
    title: Text | None = None
    """What reports call it."""
    picture: Text | None = None
    """Path of a picture below the suite's folder."""


class Sample(Case):
    """A row of `samples`: one picture, text or set of features, with its label."""

    sample: Id
    """Its name, once in the table."""
    input: JsonValue | None = None
    """What is sent, as JSON. In Parquet its text. Exactly one of input and picture."""
    picture: Text | None = None
    """Path of a picture below the suite's folder, which is sent as base64."""
    label: Annotated[int, Field(ge=0, le=1, strict=True)]
    """0 or 1: what a high score ought to mean is 1."""
    attack: Text | None = None
    """Kind of presentation attack; absent where the presentation is genuine."""

    @model_validator(mode="after")
    def check_input(self) -> "Sample":
        """Raises ValueError unless there is one thing to send."""
        if (self.input is None) == (self.picture is None):
            raise ValueError("give exactly one of input and picture")
        return self


ROWS: Final[Mapping[str, type[Row]]] = {"queries": Query, "judgments": Judgment, "items": Item, "samples": Sample}
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "ranking": ("queries", "judgments", "items"),
    "scoring": ("samples",),
}
OPEN: Final = frozenset({"items"})  # tables that may have other columns


def list_columns(table: str) -> list[str]:
    """The names of a table's columns; `attributes` stands for all attributes."""
    return list(ROWS[table].model_fields)
