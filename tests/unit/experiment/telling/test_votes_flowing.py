"""A run that gets no votes says why, and within ten minutes."""

from dataclasses import replace

import pytest

from interleaver.api import names
from interleaver.api.observed import Reading
from interleaver.experiment.telling.causes import CAUSES
from interleaver.experiment.telling.unit_words import FIXES
from tests.builders import World, make_running_world
from tests.no_votes import page
from tests.no_votes.cases import (
    BODY,
    EVERY_HALF_MINUTE,
    MERGED,
    TABLE,
    TEN_MINUTES,
    UNITLESS,
    flow,
    play,
    wait_for_reason,
)


@pytest.mark.parametrize("case", TABLE)
def test_every_cause_is_told_in_time_with_what_to_do(case: str) -> None:
    world, seconds = play(TABLE[case])
    assert seconds <= TABLE[case].seconds
    reason = TABLE[case].reason
    assert flow(world)[1] == reason
    assert TABLE[case].words in flow(world)[2]
    warned = [each for each in world.announced if each.reason == reason]
    assert [(each.kind, each.message) for each in warned] == [("Warning", flow(world)[2])]


def test_the_table_has_every_cause_and_every_reason_of_the_routers() -> None:
    assert {case.reason for case in TABLE.values()} == {cause.reason for cause in CAUSES}
    assert set(FIXES) == set(UNITLESS) == set(names.UNITLESS_REASONS)
    assert max(cause.after for cause in CAUSES) + EVERY_HALF_MINUTE < TEN_MINUTES


def test_the_page_has_what_is_told_with_its_figures_and_after_how_long() -> None:
    assert page.PAGE.read_text() == page.render(), "make generate"


def test_one_unit_that_sends_half_of_all_requests_is_named() -> None:
    world = make_running_world(**BODY)
    world.noted, world.heavy = 100, {"undefined": 60, "0a1b2c3d": 7}
    assert wait_for_reason(world, {"requests.ok": 40}) <= 90
    assert flow(world)[1] == "OneUnit"
    assert "undefined 60 %, 0a1b2c3d 7 %" in flow(world)[2]


def test_one_unit_that_sends_nearly_all_requests_has_had_its_vote() -> None:
    world = make_running_world()
    world.noted, world.heavy = 100, {"undefined": 95}
    world.vote(win=1)
    world.step()
    assert flow(world)[:2] == ("False", "OneUnit")
    assert "1 vote(s) are all there can be" in flow(world)[2]


def test_a_unit_with_more_than_its_share_is_named_though_votes_come() -> None:
    world = make_running_world()
    world.noted, world.heavy = 100, {"0a1b2c3d": 7, "99999999": 5}
    world.vote(win=5)
    world.step()
    assert flow(world)[:2] == ("True", "VotesCome")
    assert "0a1b2c3d 7 %" in flow(world)[2]
    assert "99999999" not in flow(world)[2]


def test_without_a_run_nothing_is_known() -> None:
    world = World()
    world.step()
    assert flow(world)[:2] == ("Unknown", "NoRun")


def test_a_run_that_has_just_begun_is_not_judged() -> None:
    world = make_running_world()
    world.count(**{"unitless.header-missing": 5})
    world.step()
    assert flow(world)[:2] == ("Unknown", "NotYetMeasured")


def test_a_few_requests_prove_nothing() -> None:
    world = make_running_world()
    world.count(**{"requests.ok": 5})
    world.step(TEN_MINUTES)
    assert flow(world)[:2] == ("Unknown", "NotYetMeasured")
    assert "5 ranking request(s)" in flow(world)[2]


def test_the_first_vote_mends_it_and_that_is_told() -> None:
    world = make_running_world()
    wait_for_reason(world, MERGED)
    world.vote(win=1)
    world.step()
    assert flow(world)[:2] == ("True", "VotesCome")
    assert [each.kind for each in world.announced if each.reason == "VotesCome"] == ["Normal"]


def test_a_night_without_requests_and_a_quiet_hour_are_no_fault() -> None:
    world = make_running_world()
    world.count(**{"requests.ok": 1000})
    world.vote(win=5, loss=5)
    world.step()
    world.step(8 * 3600)
    assert flow(world)[0] == "True"
    world.count(**{"requests.ok": 1000})  # ten votes were due: too few to be sure
    world.step(8 * 3600)
    assert flow(world)[0] == "True"


@pytest.mark.parametrize(
    ("counts", "reason"), [({"requests.ok": 40}, "NoFeedback"), ({"unitless.header-missing": 40}, "NoUnit"),
                           ({"passed.path": 40}, "NoRequests")],
)  # fmt: skip
def test_votes_that_stop_though_many_were_due_are_missed_within_ten_minutes(
    counts: dict[str, int], reason: str
) -> None:
    world = make_running_world()
    world.count(**{"requests.ok": 100})
    world.vote(win=50, loss=50)
    world.step()
    wait_for_reason(world, counts)
    assert flow(world)[1] == reason
    assert "though 100 came before" in flow(world)[2]


def test_votes_that_come_beside_many_requests_without_a_unit_say_so() -> None:
    world = make_running_world()
    world.count(**{"unitless.header-missing": 90})
    world.vote(win=5, loss=5)
    world.step()
    assert flow(world)[:2] == ("True", "VotesCome")
    assert "90 of 100 ranking request(s) name no unit" in flow(world)[2]


def test_models_that_have_no_item_in_common_are_remarked_on() -> None:
    world = make_running_world()
    world.count(**{"slots.champion": 300, "slots.candidate": 300})
    world.vote(win=5, loss=5)
    world.step()
    assert "no item in common in 600 slots" in flow(world)[2]
    world.count(**{"slots.neutral": 1})
    world.step()
    assert "in common" not in flow(world)[2]


def test_counters_that_cannot_be_read_say_nothing_about_votes() -> None:
    world = make_running_world()
    world.step()
    world.readable = False
    world.step(3600)
    assert flow(world)[:2] == ("Unknown", "NotYetMeasured")
    assert "MetricsFresh" in flow(world)[2]


def test_a_run_whose_routers_were_never_read_has_a_status_that_can_be_stored() -> None:
    world = make_running_world()
    world.experiment = world.experiment.model_copy(
        update={"status": world.status.model_copy(update={"run": world.run.model_copy(update={"flow": None})})}
    )
    world.readable = False
    world.step()
    assert world.run.flow is None
    assert flow(world)[:2] == ("Unknown", "NotYetMeasured")


def test_it_decides_nothing() -> None:
    silent, told = make_running_world(), make_running_world()
    wait_for_reason(told, {"requests.ok": 2, "feedback.forged": 2})
    for _ in range(3):
        silent.count(**{"requests.ok": 2})
        silent.step(EVERY_HALF_MINUTE)
    assert (told.run.stage, told.run.step, told.run.hold) == (silent.run.stage, silent.run.step, silent.run.hold)


def test_a_router_of_an_older_version_is_not_taken_for_one_without_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_running_world()
    read = world.read

    def read_older(hash_: str) -> Reading:
        return replace(read(hash_), tells_units=False)

    monkeypatch.setattr(world, "read", read_older)
    wait_for_reason(world, {})
    assert flow(world)[1] == "NoRequests"
    assert "routers of an older version do not count those without one" in flow(world)[2]


def test_what_routers_count_while_others_join_is_left_out_and_no_count_ever_falls() -> None:
    world = make_running_world()
    world.count(**{"alone.ok": 30})
    world.step()
    world.counts, world.start = {"alone.ok": 7}, "2"  # another process, of which nobody knows what it counted before
    world.step()
    assert world.run.flow is not None
    assert world.run.flow.whole == {"alone.ok": 30}
    world.count(**{"alone.ok": 5})
    world.step()
    assert world.run.flow.whole == {"alone.ok": 35}
