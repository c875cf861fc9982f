"""What is shown while the experiment runs, and the closing summary."""

from dataclasses import replace

import pytest
from demo.progress import BAR_WIDTH, FULL, draw_block, draw_evidence, draw_line, draw_share, format_e_value
from demo.report import Moment, Outcome, list_faults, summarise
from demo.snapshot import Snapshot
from demo.watch import Screen, Watch, is_over, list_changes
from tests.unit.demo.documents import (
    DECISION,
    list_status_fields,
    make_counters,
    make_document,
    make_run,
    make_status,
)

RUNNING = Snapshot.parse(make_document(make_status(run=make_run())))
CONCLUDED = Snapshot.parse(make_document(make_status(serving="factors", decision=DECISION)))


def make_outcome(**changes: object) -> Outcome:
    """A demo that went well, but for the changes."""
    values = {
        "final": replace(CONCLUDED, evidence=RUNNING.evidence),
        "moments": [Moment(71.2, "verdict Promote (Better)")],
        "shoppers": make_counters(),
        "not_ready": 0,
        "problems": (),
    }
    return Outcome(**(values | changes))  # type: ignore[arg-type]


def test_the_documents_of_these_tests_use_the_fields_of_the_api() -> None:
    status = make_status(run=make_run(), decision=DECISION, stalled="x")
    assert set(status) <= list_status_fields()


def test_a_resource_the_operator_has_not_seen_yet_is_read_as_not_ready() -> None:
    snapshot = Snapshot.parse(make_document())
    assert (snapshot.ready, snapshot.stage, snapshot.decision, snapshot.tally.votes) == (False, None, None, 0)
    assert "not started" in draw_line(snapshot, None, 0.0)


def test_a_running_experiment_is_shown_with_ramp_votes_preference_and_evidence() -> None:
    text = "\n".join(draw_block(RUNNING, make_counters(), 41.0))
    for words in (
        "factors against popularity: Running, 41 s",
        "50 % of users",
        "143: 90 for factors, 41 for popularity, 12 ties",
        "+0.087 (90 % interval +0.012 to +0.161)",
        "e = 31.2 of 20",
        "e = 4.1 of 20",
        "e = 0.02 of 20",
        "4,200 requests, 0 failed",
    ):
        assert words in text


def test_the_live_view_keeps_its_height_so_that_it_can_be_redrawn_in_place() -> None:
    without = Snapshot.parse(make_document(make_status(run=make_run(votes=(0, 0, 0)))))
    heights = {len(draw_block(each, None, 1.0)) for each in (RUNNING, CONCLUDED, without)}
    assert len(heights) == 1


def test_the_bar_of_evidence_is_full_at_one_over_alpha_and_empty_at_one() -> None:
    assert draw_evidence(20.0, 0.05).count(FULL) == BAR_WIDTH
    assert draw_evidence(1.0, 0.05).count(FULL) == 0
    assert draw_evidence(0.001, 0.05).count(FULL) == 0
    assert draw_evidence(20.0**0.5, 0.05).count(FULL) == BAR_WIDTH / 2
    assert draw_evidence(float("1e+400"), 0.05).count(FULL) == BAR_WIDTH


def test_a_share_beyond_its_ends_is_drawn_as_the_end() -> None:
    assert draw_share(1.4).count(FULL) == BAR_WIDTH
    assert draw_share(-0.2).count(FULL) == 0


@pytest.mark.parametrize(
    ("value", "text"), [(0.02, "0.02"), (31.24, "31.2"), (4812.4, "4,812"), (2.1e9, "2.1e+09"), (float("inf"), "inf")]
)
def test_an_e_value_is_short_at_every_size(value: float, text: str) -> None:
    assert format_e_value(value) == text


def test_what_changed_is_noted_once() -> None:
    first, half = (Snapshot.parse(make_document(make_status(run=make_run(percent=each)))) for each in (10, 50))
    watch = Watch(100.0, "factors")
    for now, snapshot in enumerate((first, first, half, half, CONCLUDED, CONCLUDED)):
        watch.take(snapshot, 101.0 + now)
    assert [(moment.seconds, moment.text) for moment in watch.moments] == [
        (1.0, "the run is Running"),
        (1.0, "10 % of users are interleaved, 143 have voted"),
        (3.0, "50 % of users are interleaved, 143 have voted"),
        (5.0, "verdict Promote (Better)"),
        (5.0, "factors serves"),
    ]
    assert watch.last_running == half


def test_votes_and_evidence_stay_in_view_when_the_run_has_left_the_status() -> None:
    watch = Watch(0.0, "factors")
    watch.take(RUNNING, 1.0)
    assert watch.shown == RUNNING
    watch.take(CONCLUDED, 2.0)
    assert watch.shown is not None
    line = draw_line(watch.shown, None, 2.0)
    assert "Promote" in line
    assert "W/T/L 90/12/41" in line
    assert "31.2" in line


def test_evidence_on_other_votes_than_the_final_ones_is_not_shown_with_the_verdict() -> None:
    watch = Watch(0.0, "factors")
    watch.take(Snapshot.parse(make_document(make_status(run=make_run(votes=(9, 1, 4))))), 1.0)
    watch.take(CONCLUDED, 2.0)
    assert watch.shown is not None
    assert (watch.shown.tally, watch.shown.evidence) == (CONCLUDED.tally, None)
    assert "as the verdict says" in "\n".join(draw_block(watch.shown, None, 2.0))
    assert "W/T/L 90/12/41  preference -  e on par/better/harm - of 20" in draw_line(watch.shown, None, 2.0)


def test_an_operator_that_is_stuck_is_quoted() -> None:
    stalled = Snapshot.parse(make_document(make_status(stalled="spec.candidate: image is required")))
    assert list_changes(RUNNING, stalled) == ["stalled: spec.candidate: image is required"]


def test_every_reading_without_ready_is_counted() -> None:
    watch = Watch(0.0, "factors")
    for ready in (True, False, True, False):
        watch.take(Snapshot.parse(make_document(make_status(ready=ready))), 1.0)
    assert watch.not_ready == 2


def test_the_run_is_over_when_there_is_a_verdict_and_no_run() -> None:
    settling = Snapshot.parse(make_document(make_status(run=make_run("Settling"), decision=DECISION)))
    assert [is_over(each) for each in (RUNNING, settling, CONCLUDED)] == [False, False, True]


def test_on_a_terminal_the_view_is_redrawn_over_itself() -> None:
    written: list[str] = []
    screen = Screen(60, written.append)
    screen.show(RUNNING, None, 1.0)
    screen.show(RUNNING, None, 2.0)
    assert not written[0].startswith("\x1b[8A")
    assert written[1].startswith("\x1b[8A")
    assert max(len(line) for line in written[0].replace("\x1b[2K", "").splitlines()) == 59


def test_without_a_terminal_a_line_is_written_every_five_seconds() -> None:
    written: list[str] = []
    screen = Screen(None, written.append)
    for second in range(13):
        screen.show(RUNNING, None, float(second))
    assert len(written) == 3
    assert all(line.count("\n") == 1 and "\x1b" not in line for line in written)


def test_the_summary_says_who_won_how_it_went_and_where_to_look() -> None:
    text = "\n".join(summarise(make_outcome(), "kubectl", "interleaver-demo"))
    for words in (
        "Verdict: Promote (Better). factors is better than popularity",
        "143 shoppers voted, each once: 90 for factors (the candidate), 41 for popularity (the champion), 12 for films",
        "factors serves now.",
        "4,200 requests in 70 s (60 a second)",
        "Failed: 0.",
        "71.2  verdict Promote (Better)",
        "kubectl -n interleaver-demo describe ilx home-feed",
    ):
        assert words in text


def test_a_demo_with_a_verdict_and_no_failures_has_no_faults_whichever_verdict_came() -> None:
    for verdict in ("Promote", "Rollback", "Inconclusive"):
        final = Snapshot.parse(make_document(make_status(decision=DECISION | {"verdict": verdict})))
        assert list_faults(make_outcome(final=final)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"final": RUNNING}, "no verdict"),
        ({"shoppers": None}, "never reported"),
        ({"shoppers": make_counters(failures={"reset": 1})}, "{'reset': 1}"),
        ({"shoppers": make_counters(final=False)}, "last report is missing"),
        ({"not_ready": 2}, "Ready was lost"),
        ({"problems": ("the cluster has not answered",)}, "has not answered"),
    ],
)
def test_everything_else_is_a_fault(changes: dict[str, object], words: str) -> None:
    (fault,) = list_faults(make_outcome(**changes))
    assert words in fault


def test_a_summary_without_a_verdict_and_without_shoppers_says_so() -> None:
    text = "\n".join(summarise(make_outcome(final=RUNNING, shoppers=None), "kubectl", "n"))
    assert "No verdict was reached." in text
    assert "The shoppers never reported." in text
