"""What a suite consists of is told as it is."""

from pathlib import Path

from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.showing import count_values, describe_suite
from interleaver.lab.terms.labels import label

from .folders import QUERIES, make_ranking, make_scoring


def test_counts_mix_and_judgments_are_told(tmp_path: Path) -> None:
    shown = describe_suite(read_suite(make_ranking(tmp_path)), 0, 0)
    assert (shown["cases"], shown["units"], shown["items"], shown["rows"]) == (3, 2, 2, [])
    assert shown["sources"] == [{"value": "production", "count": 2}, {"value": "benchmark", "count": 1}]
    assert shown["attributes"]["gender"] == [
        {"value": "f", "count": 1},
        {"value": "m", "count": 1},
        {"value": None, "count": 1},
    ]
    assert shown["judgments"] == {
        "count": 4,
        "items": 3,
        "perQuery": {"least": 0, "median": 1.0, "most": 3},
        "unjudged": 1,
        "gains": {"0": 1, "1": 1, "2.5": 1, "4": 1},
    }
    assert shown["weights"] is None


def test_labels_and_attacks_are_told(tmp_path: Path) -> None:
    shown = describe_suite(read_suite(make_scoring(tmp_path)), 1, 0)
    assert shown["labels"] == {"0": 1, "1": 1}
    assert shown["attacks"] == [{"value": "print", "count": 1}, {"value": None, "count": 1}]


def test_unequal_weights_are_told_with_what_they_are_worth(tmp_path: Path) -> None:
    queries = [row | {"weight": weight} for row, weight in zip(QUERIES, (1, 1, 4), strict=True)]
    shown = describe_suite(read_suite(make_ranking(tmp_path, queries=queries)), 0, 0)
    assert shown["weights"] == {"least": 1.0, "most": 4.0, "worth": 2.0}


def test_rows_are_the_same_for_the_same_seed_and_show_the_best_items(tmp_path: Path) -> None:
    suite = read_suite(make_ranking(tmp_path))
    assert describe_suite(suite, 2, 1) == describe_suite(suite, 2, 1)
    rows = {row["id"]: row for row in describe_suite(suite, 99, 0)["rows"]}
    assert rows["q1"] == {
        "id": "q1",
        "unit": "u1",
        "source": "production",
        "attributes": {"age": "30", "gender": "f"},
        "request": '{"user": 1, "k": 1.5}',
        "judged": [
            {"item": '"é"', "title": None, "gain": 4.0},
            {"item": "1", "title": "Alien", "gain": 2.5},
            {"item": '"1"', "title": None, "gain": 0.0},
        ],
    }


def test_of_many_values_the_most_frequent_are_shown_and_the_others_counted() -> None:
    shown = count_values(label([str(value) for value in range(25) for _ in range(25 - value)]))
    assert shown[0] == {"value": "0", "count": 25}
    assert shown[-1] == {"value": "(5 others)", "count": 15}
