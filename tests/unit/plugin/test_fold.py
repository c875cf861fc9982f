"""Words beside a label stay in their column, however many lines they take."""

from interleaver.plugin.showing.fold import WIDTH, fold


def test_every_line_of_long_words_begins_in_the_same_column() -> None:
    first, *others = fold("WARN  events", " ".join(["word"] * 60), 25)
    assert first.startswith("WARN  events             word ")
    assert others
    assert all(line.startswith(" " * 25 + "word") for line in others)
    assert max(map(len, [first, *others])) <= WIDTH


def test_lines_of_their_own_stay_so_and_empty_ones_go() -> None:
    assert fold("a", "As a patch:\n- {op: test}\n\n", 3) == ["a  As a patch:", "   - {op: test}"]


def test_what_cannot_be_broken_is_left_whole() -> None:
    name = "x" * (WIDTH + 9)
    assert fold("a", f"pod {name}", 3) == ["a  pod", f"   {name}"]


def test_without_words_there_is_no_line() -> None:
    assert fold("a", "", 3) == []
