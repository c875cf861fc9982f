"""What is sampled, and what of it is written: the configuration's words, made ready once."""

from collections.abc import Iterable
from typing import Final

from interleaver.api.routing import BILLION, Config, Sampling
from interleaver.interleaving.coins import SHARE_BYTES, UNIT_HASH_BYTES
from interleaver.router.rankings.ranked import split_pointer
from interleaver.router.tokens.keys import derive

EVERYBODY: Final = b"\xff" * (UNIT_HASH_BYTES + 1)  # behind the hash of every unit
DOMAIN: Final = b"interleaver.smpl"
HASH_BYTES: Final = 16


class Rule:
    """What holds for samples while a configuration is in force. `root` is the experiment's secret."""

    def __init__(self, config: Config, sampling: Sampling, root: bytes) -> None:
        # A unit's hash is noise of its own, so that who is sampled says nothing about coins or arms.
        self.bound = find_bound(sampling.per_billion)
        self.folder = sampling.folder
        self.line_bytes, self.file_bytes, self.files = sampling.line_bytes, sampling.file_bytes, sampling.files
        self.head = {
            "experiment": config.experiment,
            "run": config.run,
            "champion": config.serving.revision,
            "candidate": config.candidate.revision if config.candidate is not None else None,
        }
        self.depth, self.percent = config.depth, config.percent
        # No run's salt: a unit is the same one in all runs, as it must be where several are put together.
        self.keyed = derive(root, DOMAIN, HASH_BYTES)
        unit = config.contract.unit.header
        hashed = {value.header for value in sampling.hash}
        dropped = {value.header for value in sampling.drop}
        self.headers = fold((unit, *sampling.headers, *hashed)) - fold(dropped)
        self.hashed_headers = fold(hashed)
        self.hashed = [split_pointer(value.pointer) for value in sampling.hash if value.pointer is not None]
        self.dropped = [split_pointer(value.pointer) for value in sampling.drop if value.pointer is not None]

    def hash(self, text: bytes) -> str:
        """A value as a hash that nobody without the experiment's keys can tell from noise, in hex."""
        return self.keyed.digest(text).hex()


def find_bound(per_billion: int) -> bytes:
    """The first hash of a unit that is not sampled."""
    if per_billion >= BILLION:
        return EVERYBODY
    return ((per_billion << 8 * SHARE_BYTES) // BILLION).to_bytes(SHARE_BYTES, "big")


def fold(names: Iterable[str | None]) -> set[bytes]:
    """Names of headers as messages have them; None is that of a value which stands in no header."""
    return {name.lower().encode() for name in names if name is not None}
