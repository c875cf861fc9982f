"""What is traced, and what counts as a crossing and as asked again."""

from typing import Any

import pytest

from interleaver.api.fields import seconds
from interleaver.api.plan import NEWEST
from interleaver.api.status import Run
from interleaver.experiment.weighing.evidence import weigh
from interleaver.stats.tally import Tally
from tests.builders import make_running_world
from tests.walks.look import count_repeats
from tests.walks.trace import Call, Walk, forget, trace

HERE, THERE = "experiment/here.py", "experiment/there.py"


def make_walk(*steps: tuple[str | None, str, str]) -> Walk:
    return Walk(tuple(Call(*step) for step in steps))


def test_files_stand_in_the_order_in_which_they_were_entered_first() -> None:
    assert make_walk((None, THERE, "f"), (THERE, HERE, "g"), (HERE, THERE, "h")).files == [THERE, HERE]


def test_a_crossing_is_a_call_from_a_file_of_ours_to_another_one() -> None:
    walk = make_walk((None, HERE, "the event loop calls"), (HERE, HERE, "itself"), (HERE, THERE, "another"))
    assert walk.crossings == 1


def test_only_functions_of_the_package_are_traced_with_the_file_that_called_them_and_what_they_were_given() -> None:
    forget()  # somebody may have asked for this duration before
    with trace() as calls:
        sorted([3, 1])
        make_walk()
        seconds("90s")
    assert calls[0] == Call(None, "api/fields.py", "seconds", ("90s",))
    assert {call.file for call in calls} == {"api/fields.py"}
    assert [call.caller for call in calls] == [None] + ["api/fields.py"] * (len(calls) - 1)


def test_a_call_through_somebody_elses_code_comes_from_the_function_of_ours_that_waits_for_it() -> None:
    forget()
    with trace() as calls:
        weigh(Tally(1, 2, 3), alpha=0.05, margin=0.02, planned=1000, mixture=NEWEST)
    assert ("experiment/weighing/evidence.py", "stats/betting.py") in {(call.caller, call.file) for call in calls}


def test_what_was_remembered_is_forgotten_so_that_a_walk_does_not_depend_on_what_went_before() -> None:
    def walk() -> list[str]:
        with trace() as calls:
            weigh(Tally(1, 2, 3), alpha=0.05, margin=0.02, planned=1000, mixture=NEWEST)
        return [call.function for call in calls]

    forget()
    first = walk()
    assert walk() != first
    forget()
    assert walk() == first


def test_nothing_is_traced_once_the_block_has_ended_even_by_an_error() -> None:
    with pytest.raises(ZeroDivisionError), trace() as calls:
        raise ZeroDivisionError
    seconds("90s")
    assert calls == []


def ask(function: str, *arguments: Any) -> Call:
    return Call(None, HERE, function, arguments)


def test_asked_again_is_the_same_function_about_the_run_in_whatever_version_with_the_same_other_arguments() -> None:
    run: Run = make_running_world().run
    later = run.model_copy(update={"hold": "Hold"})
    calls = (ask("check", run), ask("check", later), ask("ready", run, 1), ask("ready", later, 2), ask("size", 1))
    assert count_repeats(Walk((*calls, ask("size", 1)))) == {f"{HERE} check": 1}
