"""The page that the benchmark writes."""

from math import inf

from bench.router.figures import Range, Samples
from bench.router.goals import Goal, list_goals
from bench.router.hanging import RATE, Hanging, judge
from bench.router.prose import BUSY
from bench.router.table import MISSING, make_goal_row, make_page, make_rate_row, show
from bench.router.targets import TARGETS

from .samples import make_sample


def test_a_page_has_a_row_for_each_target_also_where_the_router_loses() -> None:
    samples = Samples(tuple(make_sample(target.name, rate=1000 * n) for n, target in enumerate(TARGETS, 1)))
    page = make_page({"date": "today"}, samples, [Hanging("interleaver", 1000, 0, 2.5, 1.25)], list_goals(samples, []))
    for target in TARGETS:
        assert page.count(f"| {target.words} |") >= 2
    assert "| date | today |" in page
    assert "| 0 of 1,000 | 2.50 | 1.25 |" in page


def test_every_row_has_as_many_cells_as_its_header() -> None:
    samples = Samples(tuple(make_sample(target.name) for target in TARGETS))
    lines = make_page({}, samples, [], list_goals(samples, [])).splitlines()
    tables = "\n".join(line if line.startswith("|") else "" for line in lines).split("\n\n")
    widths = [{line.count("|") for line in table.split("\n") if line} for table in tables]
    assert all(len(width) <= 1 for width in widths)


def test_figures_of_several_rounds_show_their_range_and_those_of_one_do_not() -> None:
    assert show(Range(2, 1, 4), "{:.1f}") == "2.0 (1.0 to 4.0)"
    assert show(Range(2, 2, 2), "{:.1f}") == "2.0"
    assert show(None, "{:.1f}") == MISSING
    assert show(Range(2, 1, inf), "{:.1f}") == "2.0 (1.0 to not answered)"


def test_what_went_wrong_in_any_round_stands_beside_the_rates() -> None:
    rounds = (
        make_sample("interleaver", 1, errors=2, faults=1, fallbacks=3, foreign=1),
        make_sample("interleaver", 2, errors=5, faults=0, fallbacks=4, foreign=30),
    )
    row = make_rate_row(Samples(rounds), "interleaver")
    assert list(row[-4:]) == ["7", "1 of 20", "7", "30 %"]


def test_a_page_of_a_busy_machine_says_so_above_its_figures() -> None:
    quiet, busy = make_sample("nginx", foreign=BUSY), make_sample("interleaver", foreign=90)
    assert "Doubt these figures" not in make_page({}, Samples((quiet,)), [], [])
    page = make_page({}, Samples((quiet, busy)), [], [])
    assert page.index("up to 90 %") < page.index("## Requests")


def test_a_goal_is_kept_missed_or_not_measured() -> None:
    assert make_goal_row(Goal("a", 5, 5))[3] == "yes"
    assert make_goal_row(Goal("a", 4.9, 5))[3] == "**no**"
    assert make_goal_row(Goal("a", 5.1, 5, most=True))[3] == "**no**"
    assert make_goal_row(Goal("a", None, 5))[2:4] == (MISSING, MISSING)


def test_without_targets_to_compare_with_no_goal_is_reached() -> None:
    goals = list_goals(Samples((make_sample("interleaver"),)), [])
    assert [goal for goal in goals if "times" in goal.words and goal.is_reached is not None] == []


def test_goals_are_figures_of_the_interleaving_router() -> None:
    samples = Samples(
        (
            make_sample("interleaver", rate=4000, micros=50, p50=1.5, p99=3.0, memory=30),
            make_sample("nginx", rate=10_000, micros=25),
            make_sample("floor", p50=1.3, p99=2.0),
        )
    )
    figures = {goal.words: goal for goal in list_goals(samples, [])}
    share = figures["share of nginx's proxy of one model, interleaving"]
    assert (share.figure, share.by_processor, share.is_reached) == (0.4, 0.5, True)
    assert figures["added to the 99th percentile at 1,000 requests/s"].figure == 1.0
    assert figures["requests/s, interleaving, 16 connections"].by_processor == 20_000


def test_failed_requests_have_no_time_while_a_candidate_hangs() -> None:
    micros = [-1] * RATE + [2000] * RATE
    assert judge("go", micros) == Hanging("go", 2 * RATE, RATE, inf, 2.0)
