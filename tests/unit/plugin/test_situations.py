"""Each situation of an experiment is told by one word, from the status as the operator writes it."""

import json
from collections.abc import Callable

import pytest

from interleaver.api import names
from interleaver.plugin.reading.document import Told
from interleaver.plugin.reading.situation import SITUATIONS, UNDER_WAY, find_situation
from interleaver.plugin.reading.summary import summarize
from interleaver.plugin.showing.documents import render
from interleaver.plugin.showing.fold import WIDTH
from interleaver.plugin.showing.listing import render_list
from interleaver.plugin.showing.screen import render_screen
from tests.builders import START, World, make_running_world
from tests.unit.experiment.verdicts import make_promoted
from tests.unit.health.situations import SITUATIONS as HEALTHS
from tests.unit.health.worlds import make_unrecorded
from tests.unit.plugin.situations import list_all, order, read

ALL = list_all()


@pytest.mark.parametrize(("word", "make"), ALL.values(), ids=ALL)
def test_a_situation_is_told_by_its_word_on_the_screen_and_for_programs(word: str, make: Callable[[], World]) -> None:
    world = make()
    told = read(world)
    situation = find_situation(told)
    assert situation.word == word, situation
    assert situation.why, "why is said as well"
    screen = render_screen(told, world.now)
    assert screen.startswith(f"shop/feed: {word}, ")
    assert max(map(len, screen.splitlines())) <= WIDTH + 40, "lines fit, but for words that cannot be broken"
    summary = json.loads(render(summarize(told), "json"))
    assert (summary["situation"], summary["exitCode"]) == (word, SITUATIONS[word][0])
    assert word in render_list([told], everywhere=True)


def test_every_situation_is_met() -> None:
    assert {word for word, _ in ALL.values()} | {"Leaving"} == set(SITUATIONS)


@pytest.mark.parametrize("name", HEALTHS)
def test_whoever_judges_health_comes_to_the_same(name: str) -> None:
    """What is Degraded needs a person, and what is Progressing is under way; what is Healthy may be either."""
    told = Told(HEALTHS[name].document)
    situation = find_situation(told)
    assert (situation.word == "Stalled") == (HEALTHS[name].argo == "Degraded")
    assert situation.code == UNDER_WAY or HEALTHS[name].argo != "Progressing"
    assert situation.why
    assert render_screen(told, START)
    assert summarize(told)["situation"] == situation.word


def test_what_is_over_exits_otherwise_than_what_is_under_way() -> None:
    codes = {SITUATIONS[word][0] for word in ("Promoted", "RolledBack", "Inconclusive", "Aborted", "Stalled")}
    assert len(codes) == 5
    assert not codes & {SITUATIONS[word][0] for word in ("Unseen", "RollingOut", "Waiting", "Running", "Promoting")}
    assert not codes & {1, 2}, "these are of commands that failed"


def test_a_screen_has_the_votes_and_how_far_the_evidence_is_from_its_bar() -> None:
    world = make_running_world()
    world.vote(win=40, tie=20, loss=30)
    world.step()
    lines = render_screen(read(world), world.now).splitlines()
    assert any(line.startswith("votes") and "90 of 100 at least: 40 won, 20 tied, 30 lost" in line for line in lines)
    assert any(line.startswith("evidence") and "4.383 of 20" in line for line in lines)
    assert any(line.startswith("ramp") and "10 % of units ([10] → 50 → 100), held: Hold" in line for line in lines)
    assert any(line.startswith("latest") and "(window)" in line for line in lines)


def test_a_promotion_that_can_be_taken_back_says_for_how_long() -> None:
    world = make_promoted()
    assert "it still can be for 59m" in render_screen(read(world), world.now)
    after = make_unrecorded()
    assert "still can be" not in render_screen(read(after), after.now)


def test_a_pause_by_the_spec_and_one_by_command_look_the_same() -> None:
    by_command, by_spec = order(names.ANNOTATION_PAUSE), make_running_world(suspend=True)
    assert {find_situation(read(world)).word for world in (by_command, by_spec)} == {"Paused"}


def test_an_empty_document_and_one_of_another_version_are_told_as_far_as_they_go() -> None:
    bare = Told({"metadata": {"name": "feed", "namespace": "shop", "generation": 3}})
    assert find_situation(bare).word == "Unseen"
    told = read(make_running_world())
    told.document["status"]["run"] = {"id": "v42-1", "stage": "Ascending", "evidence": {"onPar": "1e999"}}
    assert find_situation(told).word == "Serving"
    assert "Ascending" in render_screen(told, make_running_world().now)
