"""Asks models all cases of a suite, in turns, and says what came of it."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import uvloop

from interleaver.lab.suites.suite import Suite

from .address import read_address
from .answers import Answers
from .assembling import assemble
from .interrupting import is_main_thread, keep_handler
from .journal import open_journal
from .options import Options
from .progress import Watch, watch_nothing
from .session import Session
from .turns import Turns


@dataclass(frozen=True)
class Model:
    """A model that is to be asked."""

    url: str
    options: Options
    watch: Watch = watch_nothing
    """Is told how far it has come."""


def ask(suite: Suite, url: str, options: Options = Options(), watch: Watch = watch_nothing) -> Answers:  # noqa: B008
    """All cases of a suite, asked of the model at a URL. Raises Unusable before anything is asked.

    A server that dies, and Ctrl-C, are outcomes: what came until then is kept, and the rest is NOT_ASKED.
    """
    (answers,) = ask_in_turns(suite, [Model(url, options, watch)])
    return answers


def ask_in_turns(suite: Suite, models: Sequence[Model]) -> list[Answers]:
    """The same of several models: a block of cases each at a time, and never two models at once."""
    with ExitStack() as journals:
        sessions = [open_session(suite, model, journals) for model in models]
        with keep_handler():
            uvloop.run(run_all(sessions, models))
    return [
        assemble(model.url, suite.task, each.outcomes, each.second, each.stopped, each.interrupted)
        for model, each in zip(models, sessions, strict=True)
    ]


def open_session(suite: Suite, model: Model, journals: ExitStack) -> Session:
    """What is asked of one model, and its file."""
    model.options.check()
    address = read_address(model.url)
    journal, kept = open_journal(model.options.file, model.url, suite)
    journals.callback(journal.close)
    return Session(suite, address, model.options, journal, kept)


async def run_all(sessions: Sequence[Session], models: Sequence[Model]) -> None:
    """All sessions in one loop."""
    catch_signal(sessions)
    turns = Turns(len(sessions))
    await asyncio.gather(*(session.run(model.watch, turns) for session, model in zip(sessions, models, strict=True)))


def catch_signal(sessions: Sequence[Session]) -> None:
    """Hear Ctrl-C once: the second one is not caught."""
    if not is_main_thread():
        return
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        for session in sessions:
            session.interrupt()

    loop.add_signal_handler(signal.SIGINT, interrupt)
