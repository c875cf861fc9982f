"""Following the configuration file, and keeping the former one when a new one is no good.

The kubelet swaps a mounted ConfigMap by symbolic links, so the file itself never gets a write event: what `stat` says
about it, its keys and the other Secrets it names is compared four times a second, for some 50 microseconds.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from interleaver.api.routing import decode
from interleaver.router.system.log import name_subject, record
from interleaver.router.tokens.keys import read_keys

from .in_force import InForce, put_in_force, start_trial
from .mounted import name_files, read_mounted

POLL_SECONDS: Final = 0.25


class Stamp(NamedTuple):
    """What `stat` says about a file; it changes whenever the content does. Zeros if there is no such file."""

    path: str
    inode: int
    size: int
    changed: int


class ConfigWatch:
    """The configuration in force, kept up to date by `poll`."""

    def __init__(self, path: str, adopt: Callable[[InForce], None], count_rejected: Callable[[], None]) -> None:
        self.path = path
        self.adopt = adopt
        self.count_rejected = count_rejected
        self.current: InForce | None = None
        self.keys_folder: str | None = None
        self.stamp: Stamp | None = None
        self.keys_stamp: tuple[Stamp, ...] = ()
        self.mounted: tuple[Stamp, ...] = ()  # the stamps of what else is mounted

    def poll(self) -> None:
        """Look at the file and its keys, and take them into force if they have changed and are valid."""
        stamp = look_at(self.path)
        if stamp == self.stamp and look_in(self.keys_folder) == self.keys_stamp and look_again(self.mounted):
            return
        self.stamp = stamp
        self.note_named()  # or else what is refused would be refused at every look, once one of them has changed
        try:
            loaded = self.load()
        except FileNotFoundError:
            record("config-missing", path=self.path, kept=self.find_generation())
        except (ValueError, OSError, RecursionError) as error:  # msgspec's errors are ValueErrors
            self.count_rejected()
            record("config-rejected", path=self.path, error=str(error), kept=self.find_generation())
        else:
            name_subject(loaded.config.experiment, loaded.config.run)
            report_salt(self.current, loaded)
            report_token(self.current, loaded)
            self.current = loaded
            record("config-loaded", generation=loaded.config.generation, run=loaded.config.run)
            self.adopt(loaded)

    def note_named(self) -> None:
        """Stamp what the configuration in force names, as it is now."""
        self.keys_stamp = look_in(self.keys_folder)
        self.mounted = tuple(look_at(stamp.path) for stamp in self.mounted)

    def load(self) -> InForce:
        """Read the file and all that it names. What is named is stamped before it is read: no change is missed."""
        config = decode(Path(self.path).read_bytes())
        self.mounted = tuple(look_at(file) for file in name_files(config))
        self.keys_folder = config.keys if config.run is not None else None
        self.keys_stamp = look_in(self.keys_folder)
        trial = start_trial(config, read_keys(config.keys)) if config.run is not None else None
        return put_in_force(config, trial, read_mounted(config))

    def find_generation(self) -> int | None:
        """The generation in force; None before the first."""
        return self.current.config.generation if self.current is not None else None


def report_salt(former: InForce | None, loaded: InForce) -> None:
    """Say that the salt has changed in the middle of a run: units see other orders and may vote once more."""
    if former is None or former.trial is None or loaded.trial is None:
        return
    if former.trial.run == loaded.trial.run and former.trial.salt != loaded.trial.salt:
        record("coins-changed", run=loaded.trial.run)


def report_token(former: InForce | None, loaded: InForce) -> None:
    """Say when there is no token that trusted feedback could carry, and when there is one again."""
    fault, before = loaded.mounted.token_fault, former.mounted.token_fault if former is not None else None
    if fault == before:
        return
    if fault is not None:
        record("feedback-token-unusable", file=loaded.config.feedback_token_file, reason=fault)
    elif loaded.mounted.feedback_token is not None:
        record("feedback-token-found", file=loaded.config.feedback_token_file)


def look_in(folder: str | None) -> tuple[Stamp, ...]:
    """The stamps of the keys."""
    if folder is None:
        return ()
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return ()
    return tuple(look_at(os.path.join(folder, name)) for name in names)


def look_again(stamps: tuple[Stamp, ...]) -> bool:
    """Whether the files are as they were."""
    return all(look_at(stamp.path) == stamp for stamp in stamps)


def look_at(path: str) -> Stamp:
    """The stamp of a file, symbolic links followed."""
    try:
        status = os.stat(path)
    except OSError:
        return Stamp(path, 0, 0, 0)
    return Stamp(path, status.st_ino, status.st_size, status.st_mtime_ns)
