"""The router's configuration: the one definition that the operator writes and the router reads.

One JSON file, mounted from a ConfigMap (docs/explanation/what-serves.md#what-routers-are-told). msgspec only: the
router loads no pydantic.
"""

import re
from typing import Annotated, Final, Literal

import msgspec

from interleaver.api.http import check_header, check_parameter, check_path, check_store_port, split_url
from interleaver.api.paging import Page
from interleaver.api.parts import Header, Name, Part, Pointer, name_field

VERSION: Final = 1
BILLION: Final = 1_000_000_000  # units: of so many are those who are sampled, so that small shares are whole numbers

Url = Annotated[str, msgspec.Meta(max_length=512)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]  # three centuries, the longest that Go's notation holds


class Target(Part, frozen=True):
    """A model server: its revision, the hash of its objects, and the base URL of its Service (a cluster IP)."""

    revision: Name
    hash: Name
    url: Url

    def __post_init__(self) -> None:
        name_field("url", split_url, self.url)


class Unit(Part, frozen=True):
    """Where the unit stands: exactly one of a request header's name and a JSON pointer into the request's body."""

    header: Header | None = None
    pointer: Pointer | None = None

    def __post_init__(self) -> None:
        if (self.header is None) == (self.pointer is None):
            raise ValueError("contract.unit: give exactly one of header and pointer")
        if self.header is not None:
            name_field("contract.unit.header", check_header, self.header)


class Exclude(Part, frozen=True, omit_defaults=True):
    """Requests that are served by the champion and not counted: by a header, a query parameter, or what stands at a
    JSON pointer into the body. One of its values matches the pattern, a Python regex, or there is none.

    What is as by default is left out of the file: routers that know headers alone go on reading what is meant for them.
    """

    header: Header | None = None
    pattern: Name | None = None
    query: Header | None = None
    pointer: Pointer | None = None
    when: Literal["Matches", "Missing"] = "Matches"

    def __post_init__(self) -> None:
        if [self.header, self.query, self.pointer].count(None) != 2:
            raise ValueError("contract.exclude: give exactly one of header, query and pointer")
        if (self.pattern is None) != (self.when == "Missing"):
            raise ValueError("contract.exclude: give a pattern, or when: Missing")
        if self.header is not None:
            name_field("contract.exclude.header", check_header, self.header)
        if self.query is not None:
            name_field("contract.exclude.query", check_parameter, self.query)
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"contract.exclude: pattern {self.pattern!r} is no regular expression: {error}") from None


class Tensor(Part, frozen=True):
    """A ranking in the outputs of an Open Inference Protocol v2 answer: the names of the one that holds the ids, and of
    those that go with it; none of these means all that have a row for each id.
    """

    ids: Name
    columns: Annotated[tuple[Name, ...], msgspec.Meta(max_length=64)] = ()


class Contract(Part, frozen=True):
    """How a ranking request and its answer look; everything else is proxied unchanged.

    The ranking is exactly one of a list at the pointer `items`, with ids at `item_id` inside an item, and a `tensor`.
    """

    path: Annotated[str, msgspec.Meta(max_length=512)]
    unit: Unit
    items: Pointer | None = None
    item_id: Pointer = ""
    tensor: Tensor | None = None
    exclude: Annotated[tuple[Exclude, ...], msgspec.Meta(max_length=20)] = ()
    # Left out of the file where a contract has none: routers that know no pages go on reading what is meant for them.
    page: Page | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        name_field("contract.path", check_path, self.path)
        if (self.items is None) == (self.tensor is None):
            raise ValueError("contract: give exactly one of items and tensor")
        if self.tensor is not None and self.item_id:
            raise ValueError("contract: itemId belongs to items, not to tensor")


class Timeouts(Part, frozen=True):
    """Deadlines in milliseconds, from the moment the whole request has arrived: a slow upload is no model's fault."""

    champion_milliseconds: Annotated[int, msgspec.Meta(ge=1, le=600_000)] = 1000
    candidate_milliseconds: Annotated[int, msgspec.Meta(ge=1, le=600_000)] = 300


class Store(Part, frozen=True):
    """Where routers share votes: exactly one of a file that holds the URL (a mounted Secret) and the URL itself.

    What a run leaves in the store goes after `retention_seconds` without a write.
    """

    file: Name | None = None
    url: (
        Annotated[str, msgspec.Meta(pattern=r"^(rediss?(\+cluster|\+sentinel)?|unix)://\S+\Z", max_length=2048)] | None
    ) = None
    retention_seconds: Annotated[int, msgspec.Meta(ge=60, le=20_000_000_000)] = 30 * 86_400

    def __post_init__(self) -> None:
        if (self.file is None) == (self.url is None):
            raise ValueError("store: give exactly one of file and url")
        if self.url is not None:
            check_store_port(self.url)


class Value(Part, frozen=True):
    """A value of a request: exactly one of a header's name and a JSON pointer into the request's body."""

    header: Header | None = None
    pointer: Pointer | None = None

    def __post_init__(self) -> None:
        if (self.header is None) == (self.pointer is None):
            raise ValueError("sampling: give exactly one of header and pointer")
        if self.header is not None:
            name_field("sampling.header", check_header, self.header)


Values = Annotated[tuple[Value, ...], msgspec.Meta(max_length=20)]


class Sampling(Part, frozen=True):
    """What is written of live traffic, and where: of so many in a billion units all interleaved requests, with these
    headers beside the unit's; values that are hashed or dropped; and bounds in bytes."""

    folder: Name
    per_billion: Annotated[int, msgspec.Meta(ge=1, le=BILLION)]
    headers: Annotated[tuple[Header, ...], msgspec.Meta(max_length=20)] = ()
    hash: Values = ()
    drop: Values = ()
    line_bytes: Annotated[int, msgspec.Meta(ge=1024, le=1_048_576)] = 65_536
    file_bytes: Annotated[int, msgspec.Meta(ge=1024, le=536_870_912)] = 16_777_216
    files: Annotated[int, msgspec.Meta(ge=2, le=1000)] = 8

    def __post_init__(self) -> None:
        for header in self.headers:
            name_field("sampling.headers", check_header, header)
        if self.line_bytes > self.file_bytes:
            raise ValueError("sampling: lineBytes must not be above fileBytes")


class Config(Part, frozen=True):
    """The whole configuration. `candidate` or `run` None means pass-through to `serving`.

    `store` None means that votes are kept in the router's memory. `feedback_token_file` holds the bearer token of
    unit-and-item feedback; None switches that form off. With `feedback_needs_token` no form of feedback counts without
    it. `overall` puts a token on the champion-only answers of a run as well, so that conversions of both arms can be
    compared. `feedback_needs_token` and `sampling` are left out where they are not asked for, for routers of before do
    not know them.
    """

    version: Literal[1]
    generation: Annotated[int, msgspec.Meta(ge=0)]
    experiment: Name  # namespace/name
    serving: Target
    contract: Contract
    run: Name | None = None
    candidate: Target | None = None
    percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    timeouts: Timeouts = Timeouts()
    slow_milliseconds: Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)] = 250
    attribution_seconds: Seconds = 86_400
    keys: str = "/etc/interleaver/keys"
    depth: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    store: Store | None = None
    feedback_token_file: Name | None = None
    feedback_needs_token: bool | msgspec.UnsetType = msgspec.UNSET
    overall: bool = False
    sampling: Sampling | msgspec.UnsetType = msgspec.UNSET


def decode(text: bytes | str) -> Config:
    """Read a configuration. Raises msgspec.ValidationError, which names the field, or msgspec.DecodeError."""
    return msgspec.json.decode(text, type=Config)


def encode(config: Config) -> str:
    """The configuration as the JSON text that goes into the ConfigMap."""
    return msgspec.json.format(msgspec.json.encode(config), indent=2).decode()
