"""Every line about an experiment names it, and the run that goes on; no line looks like two."""

import asyncio
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from interleaver.api import names
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.process.log_lines import Lines
from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.process.workers import Clocks, Workers
from interleaver.controller.settings import Backoff
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.visit import SUBJECT, Key, Visit
from tests.builders import make_source
from tests.cluster import ROOT
from tests.unit.controller.operators import FakeOperator, make_resource

LINE = re.compile(r"^time=\S+Z level=[A-Z]+ logger=interleaver\S* namespace=shop name=feed (run=(?P<run>\S+) )?\S")
SOURCES = sorted((ROOT / "operator/interleaver/controller").rglob("*.py"))


class Kept(logging.Handler):
    """Keeps lines as they are written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(Lines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> Iterator[Kept]:
    logger, kept = logging.getLogger("interleaver"), Kept()
    level, before = logger.level, SUBJECT.set(None)
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    yield kept
    logger.setLevel(level)
    logger.removeHandler(kept)
    SUBJECT.reset(before)


def work(operator: FakeOperator, visits: int) -> None:
    """So many visits by a worker, as the program makes them."""

    async def run() -> None:
        queue = WorkQueue(lambda: 0.0, lambda: 0.0, Backoff(), gap=0.0)
        workers = Workers(queue, operator.reconciler.visit, Metrics(lambda: 0), Clocks(lambda: 0.0, lambda: 0.0))
        for _ in range(visits):
            await workers._attend(Key("shop", "feed"))
            assert SUBJECT.get() is None, "what comes after a visit is about nobody"
            operator.cluster.run_pods()
            operator.cluster.clock.pass_by(1.0)

    asyncio.run(run())


def live_whole_life() -> str:
    """An experiment serves, tries a candidate until it is aborted, and goes; the id of its run."""
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=make_source("v42")))
    work(operator, 12)
    run: str = operator.status["run"]["id"]
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"metadata": live["metadata"] | {"annotations": {names.ANNOTATION_ABORT: run}}})
    work(operator, 12)
    assert operator.status["decision"]["verdict"] == "Aborted"
    operator.cluster.failures[len(operator.cluster.requests) + 1] = ClusterError(500, "a\nb")
    work(operator, 1)
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    work(operator, 1)
    return run


def find_first(lines: list[str], word: str) -> int:
    return next(number for number, line in enumerate(lines) if word in line)


def test_every_line_of_a_whole_life_names_the_experiment_and_while_there_is_one_the_run(kept: Kept) -> None:
    run = live_whole_life()
    found = [LINE.match(line) for line in kept.lines]
    assert [line for line, match in zip(kept.lines, found, strict=True) if match is None] == []
    runs = [match["run"] for match in found if match]
    first, last = (find_first(kept.lines, f"reason={reason}") for reason in ("RunStarted", "RunEnded"))
    told = [number for number, one in enumerate(runs) if one]
    assert told[0] <= first
    assert told[-1] >= last
    assert runs[told[0] : told[-1] + 1] == [run] * (told[-1] + 1 - told[0]), "without a line in between that does not"


def test_a_line_of_others_words_stays_one_line(kept: Kept) -> None:
    live_whole_life()
    assert [line for line in kept.lines if "\n" in line] == []
    (failed,) = [line for line in kept.lines if "visit failed" in line]
    assert r"a\nb" in failed


@pytest.mark.parametrize(
    ("template", "values", "line"),
    [
        ("visit failed error=%s", ("it is late",), 'visit failed error="it is late"'),
        ("visit failed error=%s", ("late",), "visit failed error=late"),
        ("visit failed error=%s", ("x run=v42-forged",), 'visit failed error="x run=v42-forged"'),
        ("visit failed error=%s", ('a "b"\nlevel=INFO',), r'visit failed error="a \"b\"\nlevel=INFO"'),
        ("visit failed error=%s", ("",), 'visit failed error=""'),
        ("told event=%s result=%s", ("v42-1 x", "Failed"), 'told event="v42-1 x" result=Failed'),
        ("ended error=%s: %s", ("OSError", "100 % full"), 'ended error="OSError: 100 % full"'),
        ("not tied object=Secret/%s error=%s", ("feed", "no"), "not tied object=Secret/feed error=no"),
        ("a line without fields", (), "a line without fields"),
        ("a library's %s with key=%s", ("line\nbreak", "x"), r"a library's line\nbreak with key=x"),
    ],
)
def test_a_value_is_one_whatever_is_in_it(kept: Kept, template: str, values: tuple[str, ...], line: str) -> None:
    logging.getLogger("interleaver.controller").warning(template, *values)
    assert kept.lines[0].partition(" logger=interleaver.controller ")[2] == line


def test_a_line_about_nobody_names_nobody(kept: Kept) -> None:
    logging.getLogger("interleaver.controller").info("leading as=me")
    assert kept.lines[0].endswith(" logger=interleaver.controller leading as=me")


def test_what_a_visit_sets_going_is_about_the_same(kept: Kept) -> None:
    async def test() -> None:
        async def visit(_: Key) -> Visit:
            tasks.append(asyncio.create_task(tell()))
            return Visit("unchanged")

        async def tell() -> None:
            await asyncio.sleep(0)
            logging.getLogger("interleaver.controller").info("told")

        tasks: list[asyncio.Task[None]] = []
        queue = WorkQueue(lambda: 0.0, lambda: 0.0, Backoff(), gap=0.0)
        await Workers(queue, visit, Metrics(lambda: 0), Clocks(lambda: 0.0, lambda: 0.0))._attend(Key("shop", "feed"))
        await asyncio.gather(*tasks)

    asyncio.run(test())
    assert kept.lines[0].endswith(" namespace=shop name=feed told")


def test_a_traceback_is_kept_as_it_is(kept: Kept) -> None:
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("interleaver").error("failed", exc_info=sys.exc_info())
    assert "failed\nTraceback" in kept.lines[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SOURCES[0].parent)))
def test_nobody_says_again_what_each_line_says(path: Path) -> None:
    calls = re.findall(r"log\.\w+\([^\n]*(?:\n[^\n]*){0,2}", path.read_text())
    assert [call for call in calls if re.search(r"[\" ](namespace|name|run)=%", call)] == []
