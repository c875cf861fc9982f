"""What pages show, as plain values."""

from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.console.options import HOST, read_options
from interleaver.console.program import make_words
from interleaver.console.reading.documents import read_document
from interleaver.console.reading.figures import ORDERS, choose, find_reach, list_attributes, write_rows
from interleaver.console.reading.merged import list_moves, merge, tell_move
from interleaver.console.reading.missing import Missing
from interleaver.console.reading.scores import count_errors, list_errors, list_rates, put_into_bins
from interleaver.console.showing.markup import render_note, render_table
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.builders import make_evaluation_document

RANKINGS = st.lists(st.integers(0, 30).map(str), unique=True, min_size=1, max_size=20)


@given(RANKINGS, RANKINGS, st.integers(1, 25), st.integers(0, 99))
def test_a_merged_list_is_as_long_as_the_champions_and_holds_nothing_twice(
    champion: list[str], candidate: list[str], depth: int, seed: int
) -> None:
    placed = merge(champion, candidate, depth, seed)
    assert len(placed) == min(len(champion), depth)
    assert len({each.item for each in placed}) == len(placed)
    for each in placed:
        assert each.champion is None or champion[each.champion - 1] == each.item
        assert each.candidate is None or candidate[each.candidate - 1] == each.item


def test_other_coins_give_another_order_and_the_same_ones_the_same() -> None:
    ours, theirs = list("abcdef"), list("uvwxyz")
    orders = {tuple(each.item for each in merge(ours, theirs, 6, seed)) for seed in range(20)}
    assert len(orders) > 1
    assert merge(ours, theirs, 6, 3) == merge(ours, theirs, 6, 3)


@pytest.mark.parametrize(
    ("now", "before", "said"), [(1, 3, "▲ 2"), (3, 1, "▼ 2"), (2, 2, "="), (2, None, "new"), (None, 2, "gone")]
)
def test_up_is_towards_the_first_place(now: int | None, before: int | None, said: str) -> None:
    assert tell_move(now, before) == said


def test_without_an_earlier_list_nothing_has_moved() -> None:
    assert list_moves(["a"], None) == {}


SCORES = np.array([0.0, 0.2, 0.5, 0.9, 1.0, np.nan])
LABELS = np.array([0, 1, 1, 0, 1, 1], dtype=np.int8)


def test_every_sample_with_a_score_is_in_one_bin() -> None:
    bins = put_into_bins(SCORES, LABELS, SCORES)
    assert bins.counts.sum() == 5
    assert bins.places[-1] == -1, "a sample without a score is in none"
    for place in bins.places[:-1]:
        assert bins.counts[place].sum() >= 1
    assert "of label 1" in bins.describe(bins.fullest)


def test_the_threshold_itself_counts_as_1_and_the_worst_errors_come_first() -> None:
    assert list_errors(SCORES, LABELS, 0.5, 1).tolist() == [1]
    assert list_errors(SCORES, LABELS, 0.0, 0).tolist() == [3, 0]
    counts = count_errors(SCORES, LABELS, np.ones(6), 0.5)
    assert [float(each[0]) for each in (counts.hits, counts.alarms, counts.misses, counts.passes)] == [2, 1, 1, 1]
    assert list_rates(counts)["FPR"] == 0.5


def test_a_rate_that_was_not_measured_is_none() -> None:
    only = np.array([0.4]), np.array([1], dtype=np.int8)
    assert list_rates(count_errors(*only, np.ones(1), 0.5))["FPR"] is None


def test_figures_are_found_by_attribute_and_words_and_put_in_order() -> None:
    figures = make_evaluation_document(scoring=True)["figures"]
    assert "gender" in list_attributes(figures)
    found = choose(figures, "AUC", "gender", "gender=F", ORDERS[0])
    assert [figure["slice"] for figure in found] == [{"gender": "f"}]
    told = choose(figures, "AUC", None, "", ORDERS[1])
    differences = [each["difference"] for each in told if each["difference"] is not None]
    assert differences == sorted(differences)
    assert all(row["bar"] is None or 0 <= row["bar"].low <= 160 for row in write_rows(told, find_reach(told)))


def test_what_is_not_there_is_said_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="interleaver lab stress"):
        read_document(tmp_path, "stress.json", "stress")


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2}'])
def test_what_this_version_does_not_write_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "stress.json").write_text(text)
    with pytest.raises(Unusable, match="again"):
        read_document(tmp_path, "stress.json", "stress")


def test_what_comes_from_elsewhere_is_text() -> None:
    table = render_table("films", ("title",), [("<script>1</script>",)])
    assert "<script>" not in table + render_note("bad", "<script>1</script>")


def test_a_console_tells_nobody_of_itself_and_is_on_loopback() -> None:
    words = make_words(read_options([]), ["suite"])
    assert f"--server.address={HOST}" in words
    assert HOST == "127.0.0.1"
    assert {"--browser.gatherUsageStats=false", "--server.maxUploadSize=10", "--server.allowedHosts=127.0.0.1"} <= {
        *words
    }
    assert words[words.index("--") + 1 :] == ["suite"]


def test_a_console_for_others_has_names_that_are_not_known_here() -> None:
    words = make_words(Namespace(host="0.0.0.0", port=1), [])
    assert not [word for word in words if word.startswith("--server.allowedHosts")]
