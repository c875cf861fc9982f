"""`kubectl interleaver status`."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from interleaver.plugin.cluster.access import connect
from interleaver.plugin.cluster.experiments import read_experiment, read_name
from interleaver.plugin.commands.place import read_place
from interleaver.plugin.reading.document import Told
from interleaver.plugin.reading.situation import find_situation
from interleaver.plugin.reading.summary import summarize
from interleaver.plugin.refusal import Refusal
from interleaver.plugin.showing.documents import render
from interleaver.plugin.showing.screen import render_screen

PERIOD: Final = 2.0  # seconds between two looks; the status is written at most once per metrics.interval
CLEAR: Final = "\033[H\033[2J"


def run(options: argparse.Namespace) -> int:
    name, code = read_name(options.name), 0
    with connect(read_place(options)) as api:

        def read() -> Told:
            return Told(read_experiment(api, name))

        seen = watch(read, options.timeout, time.monotonic, time.sleep) if options.watch else iter([read()])
        for told in seen:
            code = show(told, options)
    return code


def show(told: Told, options: argparse.Namespace) -> int:
    """Print it; returns the exit code that says how things are."""
    if options.output:
        print(render(summarize(told), options.output), flush=True)
    else:
        screen = render_screen(told, datetime.now(UTC))
        print((CLEAR if options.watch and sys.stdout.isatty() else "") + screen, flush=True)
    return find_situation(told).code


def watch(
    read: Callable[[], Told], timeout: float | None, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[Told]:
    """The experiment now, and whenever it has changed, until nothing is under way or the time is over."""
    end = clock() + timeout if timeout is not None else None
    last = read()
    yield last
    while not find_situation(last).is_final and (end is None or clock() < end):
        sleep(PERIOD)
        told = read_again(read) or last
        if told.document != last.document:
            last = told
            yield told


def read_again(read: Callable[[], Told]) -> Told | None:
    """The experiment; None while the API server is away, which ends nothing that may last for weeks."""
    try:
        return read()
    except Refusal as error:
        if not error.passes:
            raise
    return None
