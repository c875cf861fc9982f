"""Corner cases are asked of a running server as suites are, into a file of their own, and decided by its answers."""

import base64
import json
from dataclasses import replace
from pathlib import Path

from interleaver.lab.evaluation.corner import decide
from interleaver.lab.evaluation.evaluation import Held
from interleaver.lab.suites.corner import Corners, read_corners
from interleaver.lab.terms.metric import Task
from tests.router.model_servers import Model, Reply, Seen
from tests.unit.lab.asking.scene import make_suite

from .conftest import Asking

RANKING = """\
cases:
  - {name: no horror, request: {user: 9}, unit: child, mustNot: {items: [31], within: 1}}
  - {name: a classic, request: {user: 8}, must: {items: [31], within: 1}, atLeast: 2}
  - {name: the same, request: {user: 7}, sameAs: a classic}
  - {name: nobody, request: {}, mustBe: refused}
"""


def answer(seen: Seen) -> Reply:
    """Item 31 first, but to children; nobody is refused."""
    if b"user" not in seen.body:
        return Reply(b'{"error": "who?"}', status="422 Unprocessable Content")
    items = [17, 31] if seen.header("X-User-Id") == "child" else [31, 17]
    return Reply(json.dumps({"items": [{"id": item} for item in items]}).encode())


def write(folder: Path, text: str, task: Task = Task.RANKING) -> Corners:
    (folder / "corners.yaml").write_text(text)
    corners = read_corners(replace(make_suite(task=task), folder=folder))
    assert corners is not None
    return corners


def test_a_model_that_does_what_is_demanded_fails_in_nothing(model: Model, asking: Asking, tmp_path: Path) -> None:
    model.answer = answer
    corners = write(tmp_path, RANKING)
    outcomes = decide(corners, asking(corners.suite, model.url))
    assert [(outcome.held, outcome.words) for outcome in outcomes] == [(Held.HELD, "")] * 4


def test_a_demand_that_changed_is_decided_without_asking_anew(model: Model, asking: Asking, tmp_path: Path) -> None:
    model.answer = answer
    file = tmp_path / "corners.jsonl"
    asking(write(tmp_path, RANKING).suite, model.url, file=file)
    asked = len(model.seen)
    stricter = write(tmp_path, RANKING.replace("atLeast: 2", "atLeast: 3"))
    outcome = decide(stricter, asking(stricter.suite, model.url, file=file))[1]
    assert (outcome.held, outcome.words) == (Held.BROKEN, "the number of items is 2, and must be at least 3")
    assert len(model.seen) == asked


def test_a_model_that_is_gone_has_neither_held_nor_broken_anything(
    model: Model, asking: Asking, tmp_path: Path
) -> None:
    model.stop()
    corners = write(tmp_path, RANKING)
    outcomes = decide(corners, asking(corners.suite, model.url, retries=0))
    assert {outcome.held for outcome in outcomes} == {Held.NOT_TOLD}


def test_a_picture_is_sent_and_its_score_is_bounded(model: Model, asking: Asking, tmp_path: Path) -> None:
    model.answer = lambda seen: Reply(b'{"score": 0.25}')
    (tmp_path / "black.png").write_bytes(b"black")
    corners = write(tmp_path, "cases:\n  - {name: nobody, picture: black.png, atMost: 0.1}\n", Task.SCORING)
    (outcome,) = decide(corners, asking(corners.suite, model.url))
    assert (outcome.held, outcome.words) == (Held.BROKEN, "the score is 0.25, and must be at most 0.1")
    assert base64.b64encode(b"black") in model.seen[0].body
