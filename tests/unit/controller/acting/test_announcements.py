"""Events: what may come and go is told once while its Event is kept, and what was done each time."""

import asyncio

import pytest

from interleaver.api.experiment import Metadata
from interleaver.controller.acting.announcements import post
from interleaver.controller.surroundings import Surroundings
from interleaver.experiment.telling.announce import Announcement
from tests.unit.controller.fakes import FakeCluster

HELD = Announcement("Warning", "RampHeld", "v42-1: the ramp holds 10 % (NoVotes)")
SERVES = Announcement("Normal", "ServingChanged", "v42 serves in place of v41 (Promotion)")
COME = Announcement("Normal", "VotesCome", "12 votes in 10 minutes", topic="v42-1 VotesCome")


class Scene:
    """Operators that post to one API server."""

    def __init__(self) -> None:
        self.cluster = FakeCluster()
        self.tokens = 0

    def post(self, *announcements: Announcement, uid: str = "u-1") -> None:
        about = Metadata(name="feed", namespace="shop", uid=uid)
        around = Surroundings(self.cluster.clock.now, self.cluster.clock, self.make_token, "operator-0")
        asyncio.run(post(self.cluster, announcements, about, around))  # type: ignore[arg-type]

    def make_token(self, size: int) -> str:
        self.tokens += 1
        return f"{self.tokens:0{2 * size}x}"

    def list_notes(self) -> list[str]:
        return [one["note"] for (kind, _, _), one in self.cluster.objects.items() if kind == "Event"]


def test_a_warning_that_comes_again_is_told_once() -> None:
    scene = Scene()
    scene.post(HELD)
    scene.post(HELD)
    assert scene.list_notes() == [HELD.message]


def test_what_was_done_is_told_each_time() -> None:
    scene = Scene()
    scene.post(SERVES)
    scene.post(SERVES)
    assert scene.list_notes() == [SERVES.message] * 2


@pytest.mark.parametrize(
    "other", [HELD._replace(message="v42-1: the ramp holds 25 % (NoVotes)"), HELD._replace(reason="RampStuck")]
)
def test_other_words_are_other_news(other: Announcement) -> None:
    scene = Scene()
    scene.post(HELD, other)
    assert scene.list_notes() == [HELD.message, other.message]


def test_an_experiment_that_is_made_again_has_news_of_its_own() -> None:
    scene = Scene()
    scene.post(HELD, uid="u-1")
    scene.post(HELD, uid="u-2")
    assert len(scene.list_notes()) == 2


def test_numbers_make_no_news_of_what_has_a_topic() -> None:
    scene = Scene()
    scene.post(COME, COME._replace(message="13 votes in 10 minutes"))
    scene.post(COME._replace(topic="v43-2 VotesCome"))
    assert scene.list_notes() == [COME.message] * 2


def test_once_its_event_is_gone_a_warning_is_news_again() -> None:
    scene = Scene()
    scene.post(HELD)
    scene.cluster.objects.clear()
    scene.post(HELD)
    assert scene.list_notes() == [HELD.message]
