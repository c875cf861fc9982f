"""Commands in every situation: each is refused in words, or the operator itself obeys what is written."""

from collections.abc import Callable

import pytest

from interleaver.api import names
from interleaver.plugin.ordering.about_runs import ABOUT_RUNS
from interleaver.plugin.ordering.about_services import ADOPT, find_service, find_uid
from interleaver.plugin.ordering.giving import Hand, Taken, give
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal
from tests.builders import World, make_running_world
from tests.unit.experiment.verdicts import make_harmful, make_promoted
from tests.unit.health.worlds import make_unrecorded, make_waiting_for_a_word
from tests.unit.plugin.situations import MADE, list_all, order, read

COMMANDS = tuple(ABOUT_RUNS)


def hold(world: World) -> Hand:
    """A world whose operator comes by whenever somebody looks."""

    def look() -> Told:
        world.step(1)
        return read(world)

    def annotate(_: Told, annotations: dict[str, str | None]) -> None:
        given = {key: value for key, value in (world.experiment.metadata.annotations | annotations).items() if value}
        metadata = world.experiment.metadata.model_copy(update={"annotations": given})
        world.experiment = world.experiment.model_copy(update={"metadata": metadata})

    return Hand(look, annotate, lambda: world.now.timestamp(), lambda seconds: None)


def command(world: World, name: str, timeout: float | None = 30) -> Taken:
    """Give a command as a person does. Raises Refusal."""
    wanted, told = ABOUT_RUNS[name], read(world)
    run = wanted.find_run(told)
    if objection := wanted.find_objection(told):
        raise Refusal(objection)
    return give(wanted, told, run, hold(world), timeout)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("make", [make for _, make in MADE.values()], ids=MADE)
def test_a_command_is_refused_in_words_or_obeyed(make: Callable[[], World], name: str) -> None:
    world = make()
    early = ABOUT_RUNS[name].is_early(read(world))
    taken, words = Taken(), ""
    try:
        taken = command(world, name)
    except Refusal as refusal:
        words = str(refusal)
    assert taken.is_so or early or len(words) > 10
    assert "None" not in words, "every word that is told is there"


@pytest.mark.parametrize(
    ("name", "situation", "words"),
    [
        ("promote", "on trial", "mode of this run is Automatic"),
        ("promote", "no candidate", "no run that is going on"),
        ("promote", "about to serve", "is being promoted already"),
        ("abort", "can still be taken back", "interleaver revert feed` takes that back"),
        ("abort", "promoted for good", "came to Promote/Better"),
        ("abort", "Rollback/Harm", "has come to Rollback/Harm, and is being cleared away"),
        ("resume", "suspended", "spec.suspend is true"),
        ("retry", "on trial", "abort feed` ends it first"),
        ("retry", "no candidate", "no run that could be made again"),
        ("retry", "promoted for good", "v42 serves already"),
        ("retry", "the next candidate waits", "v43 is tried by itself"),
        ("revert", "on trial", "has not been promoted"),
        ("revert", "promoted for good", "rollbackWindow of v42-"),
        ("pause", "the next candidate waits", "has been promoted"),
    ],
)
def test_what_makes_no_sense_now_says_what_to_do_instead(name: str, situation: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        command(list_all()[situation][1](), name)


def test_each_command_is_obeyed_where_it_makes_sense() -> None:
    harmful = make_harmful()
    harmful.settle(4)
    cases = {
        "promote": make_waiting_for_a_word(),
        "abort": make_running_world(),
        "pause": make_running_world(),
        "resume": order(names.ANNOTATION_PAUSE),
        "retry": harmful,
        "revert": make_promoted(),
    }
    assert set(cases) == set(COMMANDS)
    for name, world in cases.items():
        assert command(world, name) == Taken(is_so=True), name


def test_pauses_and_resumes_may_follow_each_other_for_ever() -> None:
    world = make_running_world()
    for _ in range(3):
        assert command(world, "pause").is_so
        assert world.run.paused
        assert command(world, "resume").is_so
        assert not world.run.paused


def test_a_command_that_was_taken_before_is_taken_away_and_given_anew() -> None:
    world = order(names.ANNOTATION_PAUSE)
    run = world.run.id
    world.edit({names.ANNOTATION_PAUSE: run, names.ANNOTATION_RESUME: run})  # as kubectl leaves them
    world.step()
    assert not world.run.paused
    assert command(world, "pause").is_so
    assert world.run.paused


def test_what_is_so_already_is_told_and_writes_nothing() -> None:
    world = order(names.ANNOTATION_PAUSE)
    before = world.experiment
    assert command(world, "pause") == Taken(was_so=True, is_so=True)
    assert world.experiment is before


def test_who_does_not_wait_is_not_told_that_it_was_taken_and_a_silent_operator_is_not_waited_for_for_ever() -> None:
    assert command(make_running_world(), "pause", timeout=None) == Taken()
    world, seconds = make_running_world(), iter(range(100))
    silent = hold(world)._replace(read=lambda: read(world), clock=lambda: float(next(seconds)))
    pause, told = ABOUT_RUNS["pause"], read(world)
    assert give(pause, told, told.run_id, silent, 30) == Taken()
    assert next(seconds) > 30


def test_an_api_server_that_is_away_while_one_waits_only_takes_time() -> None:
    world, away = make_running_world(), iter([True, True])
    hand = hold(world)

    def look() -> Told:
        if next(away, False):
            raise Refusal("the API server cannot be reached", passes=True)
        return hand.read()

    pause, told = ABOUT_RUNS["pause"], read(world)
    assert give(pause, told, told.run_id, hand._replace(read=look), 30) == Taken(is_so=True)


def test_a_pause_before_the_run_is_running_is_taken_then_unless_it_is_taken_back() -> None:
    for resumed in (False, True):
        world = MADE["the candidate's pods come up"][1]()
        assert command(world, "pause") == Taken()
        if resumed:
            assert command(world, "resume") == Taken()
        world.broken.clear()
        world.settle()
        assert (world.run.stage, world.run.paused) == ("Running", not resumed)


def test_a_revert_that_the_operator_cannot_carry_out_fails_with_its_words() -> None:
    world = make_promoted()
    world.broken.add("v41")
    with pytest.raises(Refusal, match=r"does not obey\. NotReverted: .*v41"):
        command(world, "revert")


def make_service(**labels: str) -> dict[str, object]:
    return {"metadata": {"name": "home-feed", "uid": "s-1", "labels": labels}}


def test_a_service_is_adopted_by_its_uid_and_not_when_it_is_the_experiments_own() -> None:
    told = read(MADE["the Service is somebody else's"][1]())
    assert find_service(told) == "home-feed"
    assert find_uid(told, make_service()) == "s-1"
    assert ADOPT.find_objection(told) == ""
    assert not ADOPT.is_so(told, "s-1")
    with pytest.raises(Refusal, match="is feed's already"):
        find_uid(told, make_service(**{names.LABEL_EXPERIMENT_UID: "u-1"}))
    assert ADOPT.is_so(read(make_unrecorded()), "s-1")


@pytest.mark.parametrize(
    ("reason", "message", "objection", "failure"),
    [
        ("ServiceExists", "it is left alone. It cannot be taken over: it has no selector", "no selector", ""),
        ("AdoptionRefused", "names another Service than this one", "", "AdoptionRefused: names another"),
    ],
)
def test_a_service_that_cannot_be_adopted_is_told_in_the_operators_words(
    reason: str, message: str, objection: str, failure: str
) -> None:
    stalled = {"type": "Stalled", "status": "True", "reason": reason, "message": message}
    told = Told({"status": {"conditions": [stalled]}})
    assert objection in ADOPT.find_objection(told)
    assert bool(ADOPT.find_objection(told)) == bool(objection)
    assert ADOPT.find_failure(told).startswith(failure)
    assert bool(ADOPT.find_failure(told)) == bool(failure)
