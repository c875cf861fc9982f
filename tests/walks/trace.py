"""Tracing: every call of a function of the package while a block runs, in order."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple

import interleaver

ROOT: Final = str(Path(interleaver.__file__).parent) + "/"


class Call(NamedTuple):
    """One call of a function of ours. Files are named from the package's root."""

    caller: str | None  # the file of the nearest function of ours that is waiting for it; None: the event loop
    file: str
    function: str
    arguments: tuple[Any, ...] = ()

    @property
    def is_crossing(self) -> bool:
        """Whether a function of ours in another file made it. What the event loop calls comes from nowhere."""
        return self.caller not in (None, self.file)


class Walk(NamedTuple):
    """All calls of one piece of work."""

    calls: tuple[Call, ...]

    @property
    def files(self) -> list[str]:
        """Every file that was entered, in the order of first entry."""
        return list(dict.fromkeys(call.file for call in self.calls))

    @property
    def crossings(self) -> int:
        return sum(call.is_crossing for call in self.calls)


@contextmanager
def trace() -> Iterator[list[Call]]:
    """Collect the calls that this thread makes until the block ends."""
    calls: list[Call] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(ROOT):
            calls.append(read_call(frame))

    former = sys.getprofile()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(former)


def forget() -> None:
    """Forget the answers that functions of the package keep by value, so that a walk is the same in any process."""
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "interleaver"]:
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def read_call(frame: FrameType) -> Call:
    code = frame.f_code
    return Call(find_caller(frame.f_back), name_file(code), code.co_qualname, read_arguments(frame))


def read_arguments(frame: FrameType) -> tuple[Any, ...]:
    """What the function was given."""
    code = frame.f_code
    return tuple(frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def find_caller(frame: FrameType | None) -> str | None:
    """The file of the nearest function of ours, this frame or one that waits for it."""
    while frame is not None and not frame.f_code.co_filename.startswith(ROOT):
        frame = frame.f_back
    return name_file(frame.f_code) if frame is not None else None


def name_file(code: CodeType) -> str:
    return code.co_filename.removeprefix(ROOT)
