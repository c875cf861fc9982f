"""The entries of corners.yaml as people write them: the published words, and what is wrong with an entry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field, JsonValue, StringConstraints, ValidationError

from interleaver.lab.suites.description import Strict
from interleaver.lab.suites.rows import LONGEST_ID, Headers
from interleaver.lab.suites.wording import describe_kind, shorten
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.terms.written import Written

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID, strict=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Place = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Score = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class Stand(Strict):
    """Items, and how far down the list is looked for them."""

    items: Annotated[list[str | int | float | bool], Field(min_length=1, max_length=1000)]
    """JSON ids: 1 and "1" are two items."""
    within: Place | None = None
    """The first so many places; the whole list where it is absent."""


class Entry(Strict):
    """What cases of both tasks have."""

    name: Name
    """What it is about, once in the file."""
    must_be: Literal["answered", "refused"] = "answered"
    """`refused`: the model answers with a status of 4xx, and nothing else is asked of it."""
    same_as: Name | None = None
    """Another case whose answer is the same: the same list, or the same score."""


class RankingCorner(Entry):
    """A request, and what its list must and must not be."""

    request: JsonValue
    """The JSON body that is sent."""
    headers: Headers = Field(default_factory=dict)
    """Headers that are sent beside those that the lab sends itself."""
    unit: Name | None = None
    """Who asks, where the contract reads that from a header; the case's own name where it is absent."""
    must: Stand | None = None
    """All of these items stand there."""
    must_not: Stand | None = None
    """None of these items stands there."""
    at_least: Count | None = None
    """So many items are in the list, or more."""
    at_most: Count | None = None
    """So many, or fewer."""


class ScoringCorner(Entry):
    """A sample, and how its score must lie."""

    input: JsonValue | None = None
    """What is sent. Exactly one of input and picture."""
    picture: Name | None = None
    """Path of a picture below the suite's folder, which is sent as base64."""
    at_least: Score | None = None
    """The score is this, or greater."""
    at_most: Score | None = None
    """The score is this, or less."""


class RankingCorners(Strict):
    """The file of a ranking suite."""

    cases: Annotated[list[RankingCorner], Field(min_length=1, max_length=10_000)]


class ScoringCorners(Strict):
    """The file of a scoring suite."""

    cases: Annotated[list[ScoringCorner], Field(min_length=1, max_length=10_000)]


FILES: Final[Mapping[Task, type[RankingCorners] | type[ScoringCorners]]] = {
    Task.RANKING: RankingCorners,
    Task.SCORING: ScoringCorners,
}
# Where the model is not to answer, nothing can be asked of its answer.
DEMANDS: Final = ("must", "mustNot", "atLeast", "atMost", "sameAs")


def check_rows(written: Written, task: Task) -> RankingCorners | ScoringCorners:
    """The cases of a file. Raises Unusable with the line and the key."""
    try:
        rows = FILES[task].model_validate(written.content)
    except ValidationError as error:
        problem = error.errors()[0]
        raise refuse(written, *explain(problem, task)) from None
    for path, found, wanted in find_faults(rows):
        raise refuse(written, path, found, wanted)
    return rows


def refuse(written: Written, path: tuple[str | int, ...], found: str, wanted: str) -> Unusable:
    """The error of one key."""
    return Unusable(written.place(path), found, wanted)


def explain(problem: Any, task: Task) -> tuple[tuple[str | int, ...], str, str]:
    """Where and what pydantic found, in words that say what to do."""
    loc: tuple[str | int, ...] = tuple(problem["loc"])
    if problem["type"] == "missing":
        return loc, "is not given", "add it"
    if problem["type"] == "extra_forbidden":
        kinds = {1: FILES[task], 3: RankingCorner if task is Task.RANKING else ScoringCorner}
        fields = kinds.get(len(loc), Stand).model_fields
        return loc, "is no such key", nearest(str(loc[-1]), (field.alias or name for name, field in fields.items()))
    if problem["type"] in ("model_type", "list_type", "dict_type"):
        wanted = "cases: a list of cases, each with a name" if len(loc) < 2 else "keys and values are wanted"
        return loc, f"holds {describe_kind(problem['input'])}", wanted
    return loc[:4], f"found {shorten(problem['input'])}", str(problem["msg"]).removeprefix("Value error, ")


def find_faults(rows: RankingCorners | ScoringCorners) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What is wrong between keys and between cases."""
    names: dict[str, int] = {}
    entries: Sequence[RankingCorner | ScoringCorner] = rows.cases
    for at, row in enumerate(entries):
        if names.setdefault(row.name, at) != at:
            yield ("cases", at, "name"), f"{row.name!r} again", f"case {names[row.name] + 1} has this name"
    for at, row in enumerate(entries):
        for key, found, wanted in find_row_faults(row):
            yield (("cases", at, key) if key else ("cases", at)), found, wanted
        if row.same_as is not None and row.same_as not in names:
            yield ("cases", at, "sameAs"), f"no case is called {row.same_as!r}", nearest(row.same_as, names)


def find_row_faults(row: RankingCorner | ScoringCorner) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one case: its key, or nothing for the whole, what was found and what is wanted."""
    given = [name for name in DEMANDS if name in row.model_dump(by_alias=True, exclude_none=True)]
    if row.must_be == "refused" and given:
        yield given[0], "stands beside mustBe: refused", "what is refused has no answer to ask something of"
    if row.must_be == "answered" and not given and "must_be" not in row.model_fields_set:
        yield "", "demands nothing", f"give one of {', '.join(DEMANDS)}, or mustBe"
    if row.at_least is not None and row.at_most is not None and row.at_least > row.at_most:
        yield "atMost", f"found {row.at_most:g}, below atLeast {row.at_least:g}", "nothing can be both"
    if row.same_as == row.name:
        yield "sameAs", "names the case itself", "name another one"
    if isinstance(row, RankingCorner) and row.must and row.must.within and row.must.within < len(row.must.items):
        yield "must", f"has {len(row.must.items)} items for {row.must.within} places", "look further down the list"
    if isinstance(row, ScoringCorner) and (row.input is None) == (row.picture is None):
        yield "", "has both input and picture" if row.picture else "has neither input nor picture", "give exactly one"
