"""The page as a whole: what stands first, what never stands there, and how large it gets."""

from dataclasses import replace
from pathlib import Path

import pytest

from interleaver.lab.evaluation.evaluation import CornerOutcome, Evaluation, Held
from interleaver.lab.gate.outcome import Level, Outcome
from interleaver.lab.measures.custom import plot
from interleaver.lab.report.customs import draw_customs
from interleaver.lab.report.writing import render, write_report
from tests.unit.lab.builders import make_evaluation, make_gate_result, make_judgement

from .pages import NOW, Page, read_page


def test_the_report_is_one_file(tmp_path: Path) -> None:
    file = write_report(make_evaluation(), [make_gate_result()], tmp_path / "new" / "folder", now=NOW)
    assert [path.name for path in file.parent.iterdir()] == ["report.html"]


def test_the_verdict_stands_before_everything_else() -> None:
    page = read_page(make_evaluation(), make_gate_result(passed=False))
    assert page.words[5] == "The candidate did not pass the gate."
    assert page.words[3] == ", 2026-11-30 12:34 UTC"
    assert (
        page.text.index("did not pass") < page.text.index("notWorseBy 0.02") < page.text.index("Figures of the whole")
    )


@pytest.mark.parametrize("scoring", [False, True])
def test_nothing_is_loaded_from_anywhere(scoring: bool) -> None:
    page = read_page(make_evaluation(scoring=scoring), make_gate_result())
    places = [value or "" for _, told in page.tags for name, value in told.items() if name in ("src", "href", "srcset")]
    assert places == ["data:,"]
    assert not any(word in page.source for word in ("url(", "@import", "fetch(", 'http-equiv="refresh"'))


def test_what_suites_and_servers_say_is_text_and_never_a_tag() -> None:
    evil = "<script>alert(7)</script>"
    page = read_page(make_evaluation(count=400, flips=12, warnings=(evil,)), make_gate_result())
    assert page.count("script") == 1
    assert evil in page.text


@pytest.mark.parametrize("scoring", [False, True])
def test_requests_of_people_are_shown_only_when_asked(scoring: bool) -> None:
    evaluation = make_evaluation(scoring=scoring)
    assert "secret wish" not in read_page(evaluation, make_gate_result()).text
    assert "secret wish" in read_page(evaluation, make_gate_result(), raw=True).text


def test_half_a_character_from_a_server_costs_no_page(tmp_path: Path) -> None:
    evaluation = make_evaluation()
    answers = replace(evaluation.trials[0].candidate, rankings=[('"\\ud800"',)] * 60)
    broken = replace(evaluation, trials=[replace(evaluation.trials[0], candidate=answers)])
    page = write_report(broken, [None], tmp_path, now=NOW).read_text(encoding="utf-8")
    assert '<span class="title">?</span>' in page


def test_names_of_units_are_never_shown() -> None:
    assert "person-" not in read_page(make_evaluation(), make_gate_result(), raw=True).source


def test_a_table_without_end_is_cut_off_and_says_so() -> None:
    slices = tuple((("city", f"city number {number}"),) for number in range(3000))
    page = read_page(make_evaluation(slices=slices), make_gate_result())
    assert "2,500 more rows are not on this page." in page.text
    assert "11,000 more rows are not on this page." in page.text
    assert len(page.source) < 3_000_000


def test_the_page_of_many_queries_is_as_small_as_that_of_few() -> None:
    sizes = [len(read_page(make_evaluation(count=count), make_gate_result()).source) for count in (500, 5000)]
    assert sizes[1] < 1.05 * sizes[0]


def test_what_is_not_named_in_the_first_box_is_linked_to_the_table_that_has_it() -> None:
    failures = [make_judgement(Outcome.FAILED, rule=rule) for rule in range(1, 10)]
    page = read_page(make_evaluation(), make_gate_result(passed=False, judgements=failures))
    links = [told["href"] for tag, told in page.tags if tag == "a"]
    assert links == ["#gate-1"]
    assert [tag for tag, told in page.tags if told.get("id") == "gate-1"] == ["section"]
    assert "and 6 more, in the table of the gate" in page.text


def test_checks_that_block_stand_first_whatever_their_number() -> None:
    gate = make_gate_result(
        passed=False, judgements=[*[make_judgement()] * 700, make_judgement(Outcome.FAILED, rule=99)]
    )
    page = read_page(make_evaluation(), gate)
    assert "201 more rows are not on this page." in page.text
    assert "99 failed" in page.text


def test_a_waiver_is_shown_with_who_and_why() -> None:
    waived = make_judgement(
        Outcome.FAILED, level=Level.WARN, blocks=False, waived="by ann until 2027-01-31: known fault"
    )
    assert (
        "waived by ann until 2027-01-31: known fault"
        in read_page(make_evaluation(), make_gate_result(judgements=[waived])).text
    )


def test_without_a_champion_nothing_is_compared() -> None:
    page = read_page(make_evaluation(champion=False), make_gate_result(first_model=True))
    assert "There was no champion to compare with." in page.text
    assert "difference" not in page.text
    assert page.count("svg") == page.source.count('class="share"'), "no bars, only those of the mix"


def test_every_candidate_has_a_section_of_its_own() -> None:
    evaluation = make_evaluation(candidates=2)
    page = Page(render(evaluation, [make_gate_result(), make_gate_result(passed=False)], now=NOW))
    assert (
        page.text.index("passed the gate") < page.text.index("did not pass") < page.text.index("Figures of the whole")
    )
    assert "Candidate 1: http://candidate-0:8000" in page.text
    assert "Candidate 2: http://candidate-1:8000" in page.text


def test_the_digests_and_the_seed_are_on_the_page() -> None:
    evaluation = make_evaluation(seed=17)
    page = read_page(evaluation, make_gate_result())
    digests = [evaluation.suite.digest, evaluation.trials[0].candidate.digest, "ab" * 32]
    assert all(digest in page.text for digest in digests)
    assert "seed 17" in page.text


def test_the_smallest_groups_are_flagged_and_first() -> None:
    text = read_page(make_evaluation()).text
    groups = text[text.index("Groups, smallest first") :]
    assert groups.index("age_group=60+, gender=f small") < groups.index("gender=m")


def test_groups_are_shown_by_what_the_gate_asks_first() -> None:
    gate = make_gate_result(judgements=[make_judgement(metric="suite.maxAge"), make_judgement(metric="P@5")])
    assert "P@5 of every slice." in read_page(make_evaluation(), gate).text
    assert "nDCG@10 of every slice." in read_page(make_evaluation()).text


def test_titles_and_gains_stand_beside_each_other_in_both_lists() -> None:
    page = read_page(make_evaluation(count=100))
    assert "Film number" in page.text
    assert "gain 3" in page.text
    assert "not judged" in page.text
    assert "only here" in page.text


def test_corner_cases_that_broke_stand_first_with_what_came() -> None:
    corners = [CornerOutcome("empty cart", Held.HELD), CornerOutcome("no alcohol", Held.BROKEN, "wine came third")]
    text = read_page(make_evaluation(corners=corners)).text
    assert text.index("no alcohol broken") < text.index("wine came third") < text.index("empty cart held")


def test_both_models_have_a_threshold_of_their_own() -> None:
    assert "FPR=0.01 0.4100 0.7300" in read_page(make_evaluation(scoring=True)).text


def test_a_plot_of_ones_own_is_a_picture_and_what_fails_is_said() -> None:
    @plot(name="spread")
    def spread(evaluation: Evaluation) -> str:
        """How far scores lie apart."""
        return f"<svg><script>alert(1)</script><!-- {evaluation.suite.name} --></svg>"

    @plot(name="broken")
    def broken(evaluation: Evaluation) -> str:
        """Divides by nothing."""
        return str(1 / 0)

    evaluation = make_evaluation()
    page = read_page(evaluation, drawn=draw_customs([spread, broken], evaluation))
    (picture,) = [told for tag, told in page.tags if tag == "img"]
    assert picture["alt"] == "spread: How far scores lie apart."
    assert str(picture["src"]).startswith("data:image/svg+xml;base64,")
    assert "plot broken raised ZeroDivisionError" in page.text
    assert "alert(1)" not in page.source, "a picture runs no scripts"
