"""The router reads odd requests as uvicorn does, or differs for a reason that stands beside the case."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from interleaver.router.http1.requests import Refusal, RequestReader
from tests.router.conftest import Stage
from tests.router.http1.test_requests import Notes
from tests.router.model_servers import Reply

from . import reasons
from .case import PARSERS, Case
from .cases import CASES
from .servers import Uvicorn, try_router


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Uvicorn]]:
    with ExitStack() as stack:
        yield {parser: stack.enter_context(Uvicorn(parser).running()) for parser in PARSERS}


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 60


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_router_reads_as_uvicorn_does_or_says_why_not(
    stage: Stage, servers: dict[str, Uvicorn], case: Case
) -> None:
    stage.answer(Reply(b"ok"))
    statuses, ours = try_router(stage, case)
    assert (statuses, ours.kept) == (case.statuses, case.kept)
    for parser, server in servers.items():
        why = case.differs.get(parser)
        if why not in reasons.NOT_ASKED:
            assert (server.try_case(case) != ours) == (why is not None), f"{parser}: {why}"


class Reading(NamedTuple):
    """All that comes of some bytes."""

    requests: list[tuple[bytes, bytes]]
    ended: int
    refusal: int | None


def read(data: bytes, cut: Callable[[bytes], list[bytes]]) -> Reading:
    notes, refusal = Notes(), None
    reader = RequestReader(notes, b"1.2.3.4")
    try:
        for piece in cut(data):
            reader.feed(piece)
    except Refusal as error:
        refusal = error.status
    requests = [(head.method + b" " + head.target, body) for head, body in zip(notes.heads, notes.bodies, strict=True)]
    return Reading(requests, notes.ended, refusal)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_wherever_a_case_is_cut_it_reads_the_same(case: Case) -> None:
    whole = read(case.data, lambda data: [data])
    assert read(case.data, lambda data: [data[at : at + 1] for at in range(len(data))]) == whole
    for position in range(1, len(case.data), max(1, len(case.data) // 300)):
        assert read(case.data, lambda data: [data[:position], data[position:]]) == whole  # noqa: B023 - called at once
