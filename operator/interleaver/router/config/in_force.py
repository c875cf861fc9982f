"""A configuration in force: the file's content, the keys, and all that is derived from them once."""

import msgspec

from interleaver.api.paging import Page
from interleaver.api.routing import Config, Contract
from interleaver.api.routing import Unit as UnitPlace
from interleaver.interleaving.coins import derive_salt
from interleaver.router.rankings.documents import find, read_scalar
from interleaver.router.rankings.ranked import ListReader, Reader, split_pointer
from interleaver.router.rankings.tensor import TensorReader
from interleaver.router.tokens.impression import hash_run
from interleaver.router.tokens.keys import KeyRing

from .exclusion import Exclusion
from .mounted import Mounted
from .paging import Paging


class Trial:
    """What a run needs: its id, its name in tokens, the secret of its coins, and the keys of its tokens."""

    def __init__(self, run: str, hash: bytes, salt: bytes, keys: KeyRing, preview: bytes = b"") -> None:
        self.run = run
        self.hash = hash
        self.salt = salt
        self.keys = keys
        self.preview = preview  # the name in tokens of impressions that nobody was shown but who previews


class InForce:
    """What requests are served by. Numbers are read off the configuration once; times are in seconds."""

    def __init__(
        self,
        config: Config,
        unit: "UnitReader",
        lists: Reader,
        exclusion: Exclusion,
        trial: Trial | None,
        mounted: Mounted,
    ) -> None:
        self.config = config
        self.path = config.contract.path.encode()
        self.unit = unit
        self.lists = lists
        self.paging = Paging(config.contract.page) if isinstance(config.contract.page, Page) else None
        self.excludes = exclusion.reads_heads  # whether there is anything to ask the next one
        self.exclusion = exclusion
        self.excludes_bodies = exclusion.reads_bodies  # so that they must be here before anything is decided
        self.reads_bodies = self.excludes_bodies or unit.header is None
        self.trial = trial  # None while no run is going on
        self.mounted = mounted  # never shown nor logged
        self.serving, self.candidate = config.serving, config.candidate
        self.percent, self.depth = config.percent, config.depth
        self.champion_seconds = config.timeouts.champion_milliseconds / 1000
        self.candidate_seconds = config.timeouts.candidate_milliseconds / 1000
        self.slow_seconds = config.slow_milliseconds / 1000
        self.names_units = config.feedback_token_file is not None  # feedback may name a unit in place of an impression
        # Whether answers that are no comparison carry a token as well. Both arms need somebody in them, or there is
        # nothing to compare.
        self.compares_arms = config.overall and config.candidate is not None and 0 < config.percent < 100


class UnitReader:
    """Finds who votes."""

    def __init__(self, place: UnitPlace) -> None:
        self.header = place.header.lower().encode() if place.header is not None else None
        self.path = split_pointer(place.pointer or "")

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
    preview = hash_run(config.experiment, f"{run}\npreview")
    return Trial(run, hash_run(config.experiment, run), derive_salt(keys.root, run), keys, preview)


def put_in_force(config: Config, trial: Trial | None, mounted: Mounted = Mounted()) -> InForce:  # noqa: B008 - frozen
    """Derive all that a configuration decides. Raises ValueError for a pattern that RE2 does not know."""
    contract = config.contract
    unit, exclusion = UnitReader(contract.unit), Exclusion(contract.exclude)
    return InForce(config, unit, make_reader(contract), exclusion, trial, mounted)


def make_reader(contract: Contract) -> Reader:
    """What finds the ranking in an answer."""
    if contract.tensor is not None:
        return TensorReader(contract.tensor.ids, contract.tensor.columns)
    assert contract.items is not None
    return ListReader(contract.items, contract.item_id)
