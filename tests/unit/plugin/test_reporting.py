"""The page about a run: what it shows, of what it was made, and that nothing of it comes from anywhere else."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from math import exp, log

import pytest

from interleaver.api.record import RECORD_FILE, fingerprint
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal
from interleaver.plugin.reporting.moments import list_moments
from interleaver.plugin.reporting.page import list_pictures, render_page
from interleaver.plugin.reporting.plot import Frame, widen
from interleaver.plugin.reporting.scales import list_ticks, list_times, write_time
from interleaver.plugin.reporting.subject import Subject, choose_run, describe_current, describe_past, find_past
from tests.builders import World
from tests.unit.experiment.verdicts import make_better, read_record
from tests.unit.health.worlds import make_unrecorded
from tests.unit.plugin.reports import LOOKS, NOW, make_document, make_long, make_subject
from tests.unit.plugin.situations import list_all, read

VOID = {"meta", "link", "path", "rect", "circle"}


class Outline(HTMLParser):
    """The elements of a page; what is opened is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(make_subject(), NOW)


def test_a_page_is_whole_and_loads_and_runs_nothing(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    assert "script" not in outline.seen
    assert outline.addresses == ["data:,"], "an icon that is none, so that no browser asks for one"
    assert "url(" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_page_shows_evidence_preference_ramp_attention_shares_guardrails_terms_and_history(page: str) -> None:
    headings = re.findall(r"<h[23]>([^<]+)</h", page)
    assert headings == [
        "Evidence",
        "Preference",
        "Ramp",
        "Attention by rank",
        "Votes and credit",
        "Guardrails",
        "The terms",
        "Runs before",
    ]
    for words in (
        "first coins",
        "errors",
        "ErrorRatio",
        "v40-20261101t000000z",
        "Rollback/Guardrail",
        "As of 2026-12-22",
    ):
        assert words in page


def test_what_people_wrote_is_text() -> None:
    document = make_document()
    document["status"]["conditions"].append(
        {"type": "MetricsFresh", "status": "False", "reason": "Stale", "message": "<script>alert(1)</script> & more"}
    )
    page = render_page(describe_current(Told(document)), NOW)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<script" not in page


def test_the_last_moment_says_what_the_status_says() -> None:
    run = make_subject().run
    moments = list_moments(run)
    assert len(moments) >= LOOKS - 5
    last = moments[-1]
    assert last.votes == run["votes"]
    assert exp(last.evidence.on_par) == pytest.approx(float(run["evidence"]["onPar"]), rel=1e-3)
    assert last.evidence.preference == pytest.approx(float(run["evidence"]["preference"]), abs=1e-4)
    assert last.evidence.bar == log(20)
    assert [moment.at for moment in moments] == sorted({moment.at for moment in moments})


@pytest.mark.parametrize("make", [make for _, make in list_all().values()], ids=list_all())
def test_there_is_a_page_of_every_run_that_there_can_be(make: Callable[[], World]) -> None:
    told = read(make())
    if not told.run_id:
        return
    assert Outline(render_page(describe_current(told), NOW)).open == []


def make_record(text: str) -> dict[str, object]:
    return {"data": {RECORD_FILE: text}}


def test_a_run_that_is_over_is_told_by_its_record_and_by_none_that_was_changed() -> None:
    record = json.dumps(read_record(make_better()))
    told = read(make_unrecorded())
    run = choose_run(told, None)
    past = find_past(told, run)
    assert past["verdict"] == "Promote"
    subject = describe_past(told, past | {"digest": fingerprint(record)}, make_record(record))
    assert (subject.note, subject.decision["verdict"]) == ("", "Promote")
    assert [picture.heading for picture in list_pictures(subject)] == ["Evidence", "Preference", "Ramp"]
    changed = describe_past(told, past | {"digest": "sha256:0"}, make_record(record))
    assert "not the one that the operator wrote" in render_page(changed, NOW)


def test_of_a_record_that_is_lost_the_history_is_told() -> None:
    told = read(make_unrecorded())
    subject = describe_past(told, find_past(told, choose_run(told, None)), None)
    page = render_page(subject, NOW)
    assert "Its evidence record was not found" in page
    assert "400" in page, "its wins"
    assert list_pictures(subject) == []


def test_only_a_run_that_there_is_can_be_chosen() -> None:
    told = Told(make_document())
    assert choose_run(told, None) == told.run_id
    assert choose_run(told, "v40-20261101t000000z") == "v40-20261101t000000z"
    with pytest.raises(Refusal, match=r"knows nothing of a run v1; it knows: v42-.*, v40-20261101t000000z"):
        choose_run(told, "v1")
    with pytest.raises(Refusal, match="has had no run yet"):
        choose_run(read(World()), None)


def test_the_share_of_each_team_adds_up_to_the_whole(page: str) -> None:
    shares = [re.findall(r"width:([\d.]+)%", bars) for bars in re.findall(r'<span class="share">(.*?)</span>', page)]
    assert shares
    assert all(sum(map(float, each)) == pytest.approx(100, abs=0.05) for each in shares)


def test_a_report_of_long_ago_has_the_situation_of_its_run_and_not_of_today() -> None:
    subject = Subject(read(make_long()), {"id": "v1"}, {"verdict": "Rollback", "reason": "Harm", "message": "worse"})
    page = render_page(subject, NOW)
    assert "<h1>Rollback: Harm</h1>" in page
    assert 'class="headline bad"' in page


def test_axes_have_round_ticks_within_their_bounds() -> None:
    assert list_ticks(0, 100) == [0, 20, 40, 60, 80, 100]
    assert list_ticks(-0.034, 0.034) == pytest.approx([-0.02, 0, 0.02])
    assert list_times(14 * 86_400)[1] in (2 * 86_400, 7 * 86_400)
    assert [write_time(time) for time in (0, 300, 3600, 5400, 172_800)] == ["0", "5m", "1h", "90m", "2d"]
    assert all(len(list_times(seconds)) <= 8 for seconds in (1, 59, 4000, 86_400, 10**7, 10**9))


def test_what_lies_outside_is_drawn_at_the_edge_and_steps_hold_until_the_next() -> None:
    frame = Frame((0, 1), (0, 1), str, str, (), ())
    assert frame.place((2, 5)) == frame.place((1, 1))
    assert widen([(0, 10), (5, 50)]) == [(0, 10), (5, 10), (5, 50)]
