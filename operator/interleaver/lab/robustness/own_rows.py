"""The entries of stress.yaml as people write them: the published words, and what is wrong with an entry."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field, JsonValue, StringConstraints, ValidationError

from interleaver.lab.suites.description import Strict
from interleaver.lab.suites.wording import describe_kind, shorten
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.terms.written import Written

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^/~]|~[01])*)+$", max_length=512, strict=True)]
Overlap = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[float, Field(gt=0, allow_inf_nan=False)]
WAYS: Final = ("swap", "increase", "add", "remove", "set")
GOES_WITH: Final = {"swap": "values", "increase": "by", "add": "value"}
MAY_OVERLAP: Final = ("remove", "set")


class OwnRow(Strict):
    """One way to disturb every request, and what must hold then."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strict=True)]
    """What the table calls it, once in the file."""
    swap: Pointer | None = None
    """The answer may not depend on what stands here: `values` are put there one by one."""
    values: Annotated[list[JsonValue], Field(min_length=1, max_length=100)] | None = None
    """What is put at `swap`."""
    increase: Pointer | None = None
    """More of the number here: the score never falls."""
    by: Annotated[list[Number], Field(min_length=1, max_length=20)] | None = None
    """What is added at `increase`."""
    add: Pointer | None = None
    """One more element, `value`, at the end of the list here: `item` never falls; of scores, the score."""
    value: JsonValue | None = None
    """What is added at `add`."""
    item: str | int | float | bool | None = None
    """JSON id of the item that is watched at `add` and `increase`, where items are ranked."""
    direction: Literal["never falls", "never rises"] = "never falls"
    """Of `increase` and `add`."""
    remove: Pointer | None = None
    """What is left out."""
    set: Annotated[dict[Pointer, JsonValue], Field(min_length=1, max_length=100)] | None = None
    """What is put where."""
    overlap: Overlap | None = None
    """Least rank-biased overlap with the undisturbed answer, of `remove` and `set`; of scores, 1 asks for the same."""
    may_be_refused: bool = False
    """Whether a status of 4xx is as good as an answer."""


class OwnRows(Strict):
    """The file."""

    cases: Annotated[list[OwnRow], Field(min_length=1, max_length=1000)]


def check_rows(written: Written) -> OwnRows:
    """The cases of a file. Raises Unusable with the line and the key."""
    try:
        rows = OwnRows.model_validate(written.content)
    except ValidationError as error:
        raise Unusable(*explain(written, error.errors()[0])) from None
    names: dict[str, int] = {}
    for at, row in enumerate(rows.cases):
        if names.setdefault(row.name, at) != at:
            place = written.place(("cases", at, "name"))
            raise Unusable(place, f"{row.name!r} again", f"case {names[row.name] + 1} has this name")
        for key, found, wanted in find_faults(row):
            raise Unusable(written.place(("cases", at, *key)), found, wanted)
    return rows


def explain(written: Written, problem: Any) -> tuple[Any, str, str]:
    """Where and what pydantic found, in words that say what to do."""
    loc: Sequence[str | int] = tuple(problem["loc"])
    if problem["type"] == "missing":
        return written.place(loc), "is not given", "add it"
    if problem["type"] == "extra_forbidden":
        model = OwnRow if len(loc) > 1 else OwnRows
        names = (field.alias or name for name, field in model.model_fields.items())
        return written.place(loc), "is no such key", nearest(str(loc[-1]), names)
    if problem["type"] in ("model_type", "list_type", "dict_type"):
        return written.place(loc), f"holds {describe_kind(problem['input'])}", "cases: a list of cases with names"
    if problem["type"] == "string_pattern_mismatch":
        return written.place(loc[:3]), f"found {shorten(problem['input'])}", "a JSON pointer begins with /"
    return written.place(loc[:3]), f"found {shorten(problem['input'])}", str(problem["msg"])


def find_faults(row: OwnRow) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is wrong between the keys of a case."""
    ways = [way for way in WAYS if getattr(row, way) is not None]
    if len(ways) != 1:
        found = f"has {' and '.join(ways)}" if ways else "says nothing of what is disturbed"
        yield (), found, f"give one of {', '.join(WAYS)}"
        return
    for way, needed in GOES_WITH.items():
        if (way == ways[0]) != (needed in row.model_fields_set):
            yield (needed,), "is not given" if way == ways[0] else f"stands without {way}", f"{way} goes with {needed}"
    if row.overlap is not None and ways[0] not in MAY_OVERLAP:
        yield ("overlap",), f"stands beside {ways[0]}", "it belongs to remove and set"
