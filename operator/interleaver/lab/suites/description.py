"""suite.yaml: what a suite measures, and how a model is asked and its answer read."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from interleaver.api.fields import POINTER_PATTERN, Pointer
from interleaver.api.http import PATH_PATTERN
from interleaver.api.v1alpha1 import Contract
from interleaver.lab.suites.contract import Fault, list_faults
from interleaver.lab.suites.wording import describe_kind, shorten
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Place, Unusable
from interleaver.lab.terms.written import Written, name_path, read_written

FILE: Final = "suite.yaml"
Line = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[^\x00-\x1f\x7f]*$", strict=True)]
# YAML 1.1 takes `yes` for true and true for 1 further on: numbers must be written as such.
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class Strict(BaseModel):
    """A part of a suite: camelCase outside, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, extra="forbid", use_attribute_docstrings=True)


def read_time(value: object) -> object:
    """A day or an instant as YAML has it; without a zone it is UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    raise ValueError("a day (2026-11-30) or an instant (2026-11-30T12:00:00Z) is wanted")


Instant = Annotated[datetime, BeforeValidator(read_time, json_schema_input_type=str)]


class Scores(Strict):
    """How a scoring request and its answer look."""

    path: Annotated[str, StringConstraints(pattern=PATH_PATTERN, max_length=512)]
    """Path that samples are posted to."""
    input: Pointer
    """JSON pointer to where the sample's input stands in the request; a picture travels there as base64. `0` in it
    makes a list of one; empty: the input is the whole body."""
    score: Pointer
    """JSON pointer to the score in the answer, a number."""


class Described(Strict):
    """What both kinds of task have."""

    name: Line
    """What reports call the suite."""
    description: Annotated[str, StringConstraints(max_length=4096)] = ""
    """Where it is from, and under which licence."""
    collected_at: Instant | None = None
    """When its newest samples were collected: a day or an instant. A gate's `suite.maxAge` counts from here."""


class RankingDescription(Described):
    """suite.yaml of a task in which a model ranks items for a request."""

    task: Literal["ranking"]
    """A request in, a ranked list out."""
    contract: Contract
    """As in the `contract` of an InterleavingExperiment (docs/reference/api.md)."""
    maximum_grade: Annotated[Number, Field(gt=0)] | None = None
    """Greatest gain that a judgment can have. ERR needs it, and it is never guessed."""
    unjudged: Literal["unknown", "unwanted"] = "unknown"
    """What items are that nobody judged. `unknown`: a verdict that depends on them is withheld. `unwanted`: the suite
    states that people took what they wanted, as with the purchases of a time that is over; readers are told so."""


class ScoringDescription(Described):
    """suite.yaml of a task in which a model scores a sample."""

    task: Literal["scoring"]
    """A sample in, a score out; a threshold decides."""
    contract: Scores
    """How a sample is sent, and where the score stands in the answer."""
    threshold: Number | None = None
    """Scores from here on count as 1, where the model in production decides so."""


Description = RankingDescription | ScoringDescription
KINDS: Final[Mapping[str, type[RankingDescription] | type[ScoringDescription]]] = {
    "ranking": RankingDescription,
    "scoring": ScoringDescription,
}
ADAPTER: Final[TypeAdapter[Description]] = TypeAdapter(Annotated[Description, Field(discriminator="task")])


def read_description(folder: Path) -> Description:
    """The description of the suite in a folder. Raises Unusable with the line and the key."""
    path = folder / FILE
    if not path.is_file():
        raise Unusable(str(path), "is not there", "a suite is a folder with a suite.yaml")
    written = read_file(path)
    return check_description(written.content, path, written)


def read_file(path: Path) -> Written:
    """A file of YAML that people write. Raises Unusable where it cannot be read."""
    try:
        return read_written(str(path), path.read_bytes())
    except OSError as error:
        raise Unusable(str(path), f"cannot be read: {error.strerror}") from None


def check_description(document: object, path: Path, written: Written | None = None) -> Description:
    """The description that a document is. `path` says where it is from, `written` on which lines its parts stand."""
    if not isinstance(document, dict):
        raise Unusable(
            str(path), f"holds {describe_kind(document)}", "keys and values are wanted: task, name, contract"
        )
    whole = written or Written(str(path), document)
    kind = KINDS.get(str(document.get("task")))
    if kind is None:
        found = f"found {shorten(document['task'])}" if "task" in document else "is not given"
        raise refuse(whole, ("task",), found, "write ranking or scoring")
    try:
        description = kind.model_validate(document)
    except ValidationError as error:
        problem = error.errors()[0]
        raise refuse(whole, problem["loc"], *explain(problem, problem["loc"], kind)) from None
    for keys, found, wanted in find_faults(description, document):
        raise refuse(whole, keys, found, wanted)
    return description


def find_faults(description: Description, document: Mapping[str, Any]) -> Iterator[Fault]:
    """What the models do not say."""
    if isinstance(description, RankingDescription):
        yield from list_faults(description.contract, document["contract"])
        return
    for token in description.contract.input.split("/")[1:]:
        if token.isdigit() and token != "0":
            yield ["contract", "input"], f"found {description.contract.input!r}", "of a list only 0 can be set"


def refuse(written: Written, keys: Sequence[str | int], found: str, wanted: str) -> Unusable:
    """The error of one key, with its line where the document is from a file."""
    place = written.place(keys) if written.lines else Place(written.file, field=name_path(keys))
    return Unusable(place, found, wanted)


def explain(problem: Any, keys: Sequence[str | int], kind: type[BaseModel]) -> tuple[str, str]:
    """What pydantic found, in words that say what to do."""
    if problem["type"] == "missing":
        return "is not given", "add it"
    if problem["type"] == "extra_forbidden":
        return "is no such key", nearest(str(keys[-1]), list_names(kind if len(keys) == 1 else Scores))
    if problem["type"] == "string_pattern_mismatch" and problem["ctx"]["pattern"] == POINTER_PATTERN:
        return f"found {shorten(problem['input'])}", suggest_pointer(problem["input"])
    return f"found {shorten(problem['input'])}", str(problem["msg"]).removeprefix("Value error, ")


def suggest_pointer(text: str) -> str:
    """What to write in the place of what is no JSON pointer: `items`, `data.items` and `$.items` are meant as paths."""
    if text.startswith("/"):
        return "in a JSON pointer ~ is written ~0, and a / that is part of a name ~1"
    names = [name for name in re.split(r"[.\[\]]+", text.removeprefix("$")) if name]
    return f"a JSON pointer begins with /: write /{'/'.join(names)}"


def list_names(model: type[BaseModel]) -> list[str]:
    """The names of a model's fields as files have them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def spell_description(description: Description) -> bytes:
    """The description as bytes that are equal exactly if what it says is."""
    said = description.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(said, sort_keys=True, ensure_ascii=True).encode()
