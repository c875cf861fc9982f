"""A command that is gone before anybody visits is obeyed all the same, once, and never when it has been already."""

from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.answers import ClusterError, Metadata
from interleaver.controller.cluster.store import Store
from tests.unit.controller.fakes import read_metadata
from tests.unit.controller.operators import FakeOperator, make_running


def annotate(operator: FakeOperator, **words: str) -> Metadata:
    """Somebody writes these annotations, in place of all others; returns what the watch will tell of it."""
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    annotations = {f"{names.GROUP}/{name}": value for name, value in words.items()}
    operator.cluster.put(live | {"metadata": live["metadata"] | {"annotations": annotations}})
    written = operator.cluster.find(names.KIND, "feed")
    assert written is not None
    return read_metadata(written)


def give_in_passing(operator: FakeOperator, name: str) -> None:
    """A person writes a command and a tool takes it away at once; the watch tells of both."""
    for words in ({name: operator.status["run"]["id"]}, {}):
        operator.passing.hear(annotate(operator, **words))


@pytest.fixture(params=[False, True], ids=["asking", "from what is kept"])
def operator(request: pytest.FixtureRequest) -> FakeOperator:
    made = make_running()
    if request.param:
        made.store = Store()
        made.restart()
        made.cluster.tell(made.store)
    made.visit()
    return made


def visit(operator: FakeOperator, visits: int = 1) -> dict[str, Any]:
    for _ in range(visits):
        if operator.store is not None:
            operator.cluster.tell(operator.store)
        operator.visit()
        operator.cluster.clock.pass_by(1.0)
    run: dict[str, Any] = operator.status["run"]
    return run


@pytest.mark.parametrize(("name", "field"), [("promote", "confirmed"), ("pause", "paused")])
def test_a_command_that_is_gone_before_the_visit_is_obeyed(operator: FakeOperator, name: str, field: str) -> None:
    give_in_passing(operator, name)
    assert visit(operator)[field] is True


def test_an_abort_that_is_gone_before_the_visit_ends_the_run(operator: FakeOperator) -> None:
    give_in_passing(operator, "abort")
    assert visit(operator)["stage"] == "RollingBack"


def test_of_another_run_it_is_nothing(operator: FakeOperator) -> None:
    for words in ({"abort": "v41-20200101T000000Z"}, {}):
        operator.passing.hear(annotate(operator, **words))
    assert visit(operator)["stage"] == "Running"


def test_it_is_taken_once_so_that_the_contrary_may_follow(operator: FakeOperator) -> None:
    give_in_passing(operator, "pause")
    assert visit(operator)["paused"] is True
    give_in_passing(operator, "resume")
    assert visit(operator, 3).get("paused", False) is False


def test_given_anew_at_once_after_it_was_taken_it_counts_again(operator: FakeOperator) -> None:
    run = operator.status["run"]["id"]
    for name in ("pause", "resume", "pause"):
        operator.passing.hear(annotate(operator, **{name: run}))
        visit(operator)
    operator.passing.hear(annotate(operator))
    visit(operator)
    operator.passing.hear(annotate(operator, resume=run))
    assert visit(operator).get("paused", False) is False


def test_a_watch_that_lags_brings_no_command_back_that_is_over(operator: FakeOperator) -> None:
    run = operator.status["run"]["id"]
    late = annotate(operator, pause=run)
    assert visit(operator)["paused"] is True
    annotate(operator, resume=run)
    assert visit(operator).get("paused", False) is False
    operator.passing.hear(late)
    assert visit(operator, 3).get("paused", False) is False


def test_a_visit_whose_write_was_refused_has_not_gone_by_it(
    operator: FakeOperator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> None:
        raise ClusterError(409, "the object has been modified")

    give_in_passing(operator, "pause")
    with monkeypatch.context() as patch:
        patch.setattr(operator.cluster, "patch_status", refuse)
        assert operator.visit().result == "conflict"
    assert visit(operator)["paused"] is True


def test_what_is_too_long_for_the_name_of_a_run_is_not_kept(operator: FakeOperator) -> None:
    operator.passing.hear(annotate(operator, abort="x" * 100_000))
    assert operator.passing.words == {}


def test_an_experiment_that_is_gone_leaves_nothing_behind(operator: FakeOperator) -> None:
    give_in_passing(operator, "pause")
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    if operator.store is not None:
        operator.cluster.tell(operator.store)
    assert operator.visit().result == "gone"
    assert (operator.passing.words, operator.passing.visited_at) == ({}, {})
