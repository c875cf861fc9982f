"""Votes a day, read off metrics as the router writes them."""

from pathlib import Path

import pytest

from interleaver.simulate.traffic import Page, fetch, load, measure

from .pages import DAY, RUN, RUN_STARTED, STARTED, make_page

FORMER = "v41-20261102t000000z"


def test_votes_count_from_the_start_of_the_run() -> None:
    page = make_page({RUN: 3000}, days=2, since=RUN_STARTED)
    assert measure([page], share=1.0).votes_per_day == pytest.approx(1500)


def test_a_share_of_the_units_stands_for_all() -> None:
    page = make_page({RUN: 3000}, days=2, since=RUN_STARTED)
    assert measure([page], share=0.25).votes_per_day == pytest.approx(6000)


def test_the_newest_run_counts_and_not_those_before() -> None:
    page = make_page({FORMER: 90_000, RUN: 3000}, days=2, since=RUN_STARTED)
    assert measure([page], share=1.0).votes_per_day == pytest.approx(1500)


def test_routers_add_up() -> None:
    pages = [make_page({RUN: 3000}, days=2, since=RUN_STARTED), make_page({RUN: 1000}, days=2, since=RUN_STARTED)]
    assert measure(pages, share=1.0).votes_per_day == pytest.approx(2000)


def test_a_router_that_started_in_mid_run_counts_from_its_own_start() -> None:
    page = make_page({"v40-20261031t000000z": 100}, days=1)
    assert measure([page], share=1.0).votes_per_day == pytest.approx(100)


def test_without_a_run_feedback_is_an_upper_bound_and_nonsense_is_left_out() -> None:
    traffic = measure([make_page({}, days=2, events=500)], share=1.0)
    assert traffic.votes_per_day == pytest.approx(250)
    assert "upper bound" in " ".join(traffic.words)


def test_two_readings_give_the_rate_between_them_and_not_since_the_start() -> None:
    earlier = make_page({RUN: 3000}, days=2, since=RUN_STARTED)
    later = make_page({RUN: 3100}, days=2.5, since=RUN_STARTED)
    traffic = measure([later], share=0.5, earlier=[earlier])
    assert traffic.votes_per_day == pytest.approx(400)
    assert "100 votes in 12 hours, 200 a day (give or take 20%)" in traffic.words[0]


def test_a_run_that_started_between_two_readings_counts_from_its_start() -> None:
    earlier = make_page({FORMER: 90_000}, days=-1, since=RUN_STARTED)
    later = make_page({FORMER: 90_000, RUN: 100}, days=2, since=RUN_STARTED)
    assert measure([later], share=1.0, earlier=[earlier]).votes_per_day == pytest.approx(50)


def test_a_router_that_started_anew_between_two_readings_counts_from_its_new_start() -> None:
    earlier = make_page({RUN: 3000}, days=2, since=RUN_STARTED)
    born = RUN_STARTED + 3 * DAY
    later = make_page({RUN: 100}, days=1, since=born, started=born)
    assert measure([later], share=1.0, earlier=[earlier]).votes_per_day == pytest.approx(100)


def test_two_readings_outside_a_run_give_the_feedback_between_them() -> None:
    earlier, later = make_page({}, days=1, events=500), make_page({}, days=2, events=600)
    assert measure([later], share=1.0, earlier=[earlier]).votes_per_day == pytest.approx(100)


def test_two_readings_between_which_nothing_came_say_so() -> None:
    page, same = make_page({RUN: 10}, days=2, since=RUN_STARTED), make_page({RUN: 10}, days=3, since=RUN_STARTED)
    with pytest.raises(ValueError, match="more time"):
        measure([same], 1.0, [page])


def test_votes_that_became_fewer_are_refused() -> None:
    """As when the files of two routers are given in another order, or the later one first."""
    more, fewer = make_page({RUN: 10}, days=2, since=RUN_STARTED), make_page({RUN: 9}, days=3, since=RUN_STARTED)
    with pytest.raises(ValueError, match="votes became fewer"):
        measure([fewer], 1.0, [more])


def test_both_readings_of_each_router_are_needed() -> None:
    page = make_page({RUN: 10}, days=9)
    with pytest.raises(ValueError, match="1 earlier and 2 later"):
        measure([page, page], 1.0, [page])


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (make_page({}, days=1), "neither votes nor feedback"),
        (make_page({RUN: 10}, days=-1), "clock"),
        (Page("up 1\n", STARTED), "not the metrics of a router"),
        (Page("what is this?\n", STARTED), "line 1"),
        (Page("#" * (1 << 21), STARTED), "characters"),
    ],
)
def test_what_says_nothing_about_votes_is_refused(page: Page, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measure([page], share=1.0)


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_a_share_that_cannot_be_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="percent"):
        measure([make_page({RUN: 10}, days=9)], share)


def test_a_saved_page_was_read_when_it_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "metrics.txt"
    file.write_text("up 1\n")
    assert load(str(file)) == Page("up 1\n", file.stat().st_mtime)


def test_only_web_addresses_are_fetched() -> None:
    with pytest.raises(ValueError, match="http address"):
        fetch("file:///etc/passwd")
