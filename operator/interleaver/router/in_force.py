"""A configuration in force: the file's content, the keys, and all that is derived from them once."""

from typing import NamedTuple

import msgspec

from interleaver.api.routing import Config, Contract
from interleaver.api.routing import Unit as UnitPlace
from interleaver.interleaving.coins import derive_salt

from .documents import find, read_scalar
from .exclusion import HeaderTest, make_exclusion
from .impression import hash_run
from .keys import KeyRing
from .message import Fields
from .mounted import Mounted
from .ranked import ListReader, Reader, split_pointer
from .tensor import TensorReader


class Trial(NamedTuple):
    """What a run needs: its id, its name in tokens, the secret of its coins, and the keys of its tokens."""

    run: str
    hash: bytes
    salt: bytes
    keys: KeyRing


class InForce(NamedTuple):
    """What requests are served by."""

    config: Config
    path: bytes
    unit: "UnitReader"
    lists: Reader
    is_excluded: HeaderTest
    trial: Trial | None  # None while no run is going on
    mounted: Mounted = Mounted()  # never shown nor logged

    @property
    def champion_seconds(self) -> float:
        return self.config.timeouts.champion_milliseconds / 1000

    @property
    def candidate_seconds(self) -> float:
        return self.config.timeouts.candidate_milliseconds / 1000


class UnitReader:
    """Finds who votes."""

    def __init__(self, place: UnitPlace) -> None:
        self.header = place.header.lower().encode() if place.header is not None else None
        self.path = split_pointer(place.pointer or "")

    def from_headers(self, fields: Fields) -> str | None:
        """The unit in the headers; None if there is none."""
        value = fields.get(self.header) if self.header is not None else None
        return value.decode("utf-8", "surrogateescape") if value else None

    def from_body(self, body: bytes) -> str | None:
        """The unit in a JSON body, a string or an integer; None if there is none."""
        try:
            value = read_scalar(find(body, self.path))
        except (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError):
            return None
        return str(value) or None if type(value) in (str, int) else None


def start_trial(config: Config, keys: KeyRing) -> Trial:
    """What the run of a configuration needs."""
    run = config.run or ""
    return Trial(run, hash_run(config.experiment, run), derive_salt(keys.root, run), keys)


def put_in_force(config: Config, trial: Trial | None, mounted: Mounted = Mounted()) -> InForce:  # noqa: B008 - frozen
    """Derive all that a configuration decides. Raises ValueError for a pattern that RE2 does not know."""
    contract = config.contract
    return InForce(
        config=config,
        path=contract.path.encode(),
        unit=UnitReader(contract.unit),
        lists=make_reader(contract),
        is_excluded=make_exclusion(contract.exclude),
        trial=trial,
        mounted=mounted,
    )


def make_reader(contract: Contract) -> Reader:
    """What finds the ranking in an answer."""
    if contract.tensor is not None:
        return TensorReader(contract.tensor.ids, contract.tensor.columns)
    assert contract.items is not None
    return ListReader(contract.items, contract.item_id)
