"""From lines to judgments on DuckDB: the formula, and what is left out."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import pyarrow as pa
import pytest

from interleaver.lab.production.building import Built, build, make_queries
from interleaver.lab.production.curve import make_curve
from interleaver.lab.production.engines import DuckEngine, find_logs, open_engine
from interleaver.lab.production.settings import Settings, Weigh
from interleaver.lab.production.telling import describe
from interleaver.lab.terms.unusable import Unusable

from .lines import Line, Slot, judge_slowly, save, write_conversion, write_impression

LOOKS = [1 / rank for rank in range(1, 201)]


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    engine = DuckEngine()
    yield engine
    engine.close()


@pytest.fixture
def run(engine: DuckEngine, tmp_path: Path) -> Any:
    def build_from(lines: list[Line | str], settings: Settings) -> Built:
        return build(engine, [str(save(tmp_path / "log.jsonl", lines))], settings)

    return build_from


def gains(built: Built) -> dict[tuple[str, str], float]:
    return {(row["query"], row["item"]): row["gain"] for row in built.judgments.to_pylist()}


def make_lines(seed: int, impressions: int = 200) -> list[Any]:
    """Random impressions of five queries, a third without propensities, and random conversions."""
    random, lines = Random(seed), list[Any]()
    for number in range(impressions):
        ranks = list(range(1, 7))
        slots: list[Slot] = [
            (f'"{item}"', rank, random.choice([rank, rank + 1, None]))
            for item, rank in zip("abcdef", ranks, strict=True)
        ]
        slots.append(('"g"', None, 6))
        name = f"{number:016x}"
        lines.append(write_impression(name, f"q{random.randrange(5)}", slots, known=random.random() < 0.7))
        lines += [write_conversion(name, slot[0]) for slot in slots[:-1] if random.random() < 0.2]
    return lines


@pytest.mark.parametrize(("cap", "least"), [(10.0, 0.0), (2.0, 8.0)])
def test_gains_are_those_of_the_formula(run: Any, cap: float, least: float) -> None:
    lines = make_lines(1)
    found = gains(run(lines, Settings(curve="1", cap=cap, minimum_looks=least, keep_unconverted=True)))
    wanted = judge_slowly(lines, LOOKS, cap, least)
    assert found.keys() == wanted.keys()
    for key, gain in wanted.items():
        assert found[key] == pytest.approx(gain, rel=1e-4)


@pytest.mark.parametrize("curve", ["flat", "2"])
def test_two_items_of_a_turn_are_judged_by_their_conversions_alone_whatever_the_curve(run: Any, curve: str) -> None:
    lines: list[Any] = []
    for number in range(40):
        first, second = ('"a"', '"b"') if number % 2 else ('"b"', '"a"')
        lines.append(write_impression(f"{number}", "q", [(first, 1, 2), (second, 2, 1)]))
    lines += [write_conversion(f"{number}", '"a"') for number in range(20)]
    lines += [write_conversion(f"{number}", '"b"') for number in range(10)]
    found = gains(run(lines, Settings(curve=curve)))
    assert found["q", '"a"'] / found["q", '"b"'] == pytest.approx(2.0)


# Queries that have nothing to do with each other, in one log: each test looks at its own.
SCENES: Final[list[Any]] = [
    # Of ten impressions the item was shown in five and converted in all of these.
    *(write_impression(f"c{n}", "coin", [('"a"', 1, None)]) for n in range(5)),
    *(write_impression(f"c{n}", "coin", [('"a"', None, 1)]) for n in range(5, 10)),
    *(write_conversion(f"c{n}", '"a"') for n in range(5)),
    write_impression("n1", "numbers", [("1", 1, 1), ('"1"', 2, 2)]),
    write_conversion("n1", "1"),
    write_impression("u1", "one unit", [('"a"', 1, 1)], unit="u"),
    write_impression("u2", "one unit", [('"a"', 1, 1)], unit="u"),
    write_impression("u3", "two units", [('"a"', 1, 1)], unit="u"),
    write_impression("u4", "two units", [('"a"', 1, 1)], unit="v"),
    write_impression("f1", "far down", [('"a"', 20, 20)]),
    write_conversion("f1", '"a"'),
    write_impression("o1", "old", [('"a"', 2, 7)], known=False),
    write_conversion("o1", '"a"'),
    '{"line": 1, "kind": "impression", "impr',
    "[1, 2]",
    '"text"',
    '{"line": 2, "kind": "impression", "impression": "x"}',
    '{"some": "other log"}',
    write_conversion("elsewhere", '"a"'),
]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The scenes, in a log that is given twice."""
    folder, engine = tmp_path_factory.mktemp("scenes"), DuckEngine()
    save(folder / "a.jsonl", SCENES)
    save(folder / "b.jsonl", SCENES)
    yield build(
        engine, find_logs([str(folder)]), Settings(curve="1", cap=5.0, minimum_looks=0.0, keep_unconverted=True)
    )
    engine.close()


def test_what_another_coin_would_have_shown_counts_as_half_a_chance(scenes: Built) -> None:
    assert gains(scenes)["coin", '"a"'] == 1.0


def test_a_number_and_a_text_are_two_items(scenes: Built) -> None:
    found = gains(scenes)
    assert (found["numbers", "1"], found["numbers", '"1"']) == (1.0, 0.0)


def test_a_log_that_is_given_twice_counts_once(scenes: Built) -> None:
    whole = [line for line in SCENES if isinstance(line, dict)]
    assert scenes.counts["lines"] == 2 * len(SCENES)
    assert scenes.counts["impressions"] == sum(line["kind"] == "impression" for line in whole)
    assert scenes.counts["conversions"] == sum(line["kind"] == "conversion" for line in whole)


def test_a_unit_is_told_where_all_that_asked_so_are_one(scenes: Built) -> None:
    units = {row["query"]: row["unit"] for row in scenes.queries.to_pylist()}
    assert (units["one unit"], units["two units"]) == ("u", None)


def test_lines_that_cannot_be_read_are_counted_and_left_out(scenes: Built) -> None:
    said = list(describe(scenes))
    assert "10 lines could not be read, as the last one of a router that was killed, and are left out" in said
    assert "1 conversions are on no impression or item of these logs, and are left out" in said


def test_what_was_capped_is_told(scenes: Built) -> None:
    assert (scenes.counts["capped"], scenes.counts["lost"]) == (1, 15_000_000)
    assert any(line.startswith("weights are capped at 5: 1 of 8 conversions") for line in describe(scenes))


def test_places_without_a_propensity_count_by_the_curve_and_are_told(scenes: Built) -> None:
    weights = {row["query"]: row["weight"] for row in scenes.queries.to_pylist()}
    assert scenes.counts["unknown"] == 1
    # Twice, for half as many look at rank 2; that rank 7 stands there as well says nothing.
    assert weights["old"] == pytest.approx(2 * weights["numbers"])
    assert any("1 of 18 places have no known propensity" in line for line in describe(scenes))


def test_queries_without_a_conversion_are_left_out_unless_they_are_asked_for(scenes: Built, run: Any) -> None:
    assert "one unit" in scenes.queries["query"].to_pylist()
    assert "one unit" not in run(SCENES, Settings(curve="1")).queries["query"].to_pylist()


def test_an_item_that_nobody_looked_at_is_unjudged_and_not_bad(run: Any) -> None:
    lines = [write_impression("1", "q", [('"a"', 1, 1), ('"b"', 2, 2), ('"c"', 3, 3)]), write_conversion("1", '"a"')]
    assert gains(run(lines, Settings(curve="1", minimum_looks=0.5))) == {("q", '"a"'): 1.0, ("q", '"b"'): 0.0}


@pytest.mark.parametrize(
    ("weigh", "weights"),
    [(Weigh.CONVERSIONS, [0.4, 1.6]), (Weigh.TRAFFIC, [1.5, 0.5]), (Weigh.NOTHING, None)],
)
def test_a_query_counts_what_it_is_said_to(weigh: Weigh, weights: list[float] | None) -> None:
    found = {"query": ["often", "seldom"], "unit": [None, None], "request": ["{}"] * 2, "headers": ["{}"] * 2}
    table = make_queries(pa.table(found | {"won": [1_000_000, 4_000_000], "impressions": [3, 1]}), weigh)
    assert (table["weight"].to_pylist() if "weight" in table.column_names else None) == pytest.approx(weights)


def test_the_curve_is_assumed_where_too_few_coins_tell_it_and_that_is_said() -> None:
    curve = make_curve("coins", [{"above": 1, "first": 1, "conversions": 10}])
    assert curve.looks[:3] == (1_000_000, 500_000, 333_333)
    assert "assumed, for fewer than 20 conversions tell ranks 1 and 2 apart" in curve.told


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([write_impression("1", "q", [('"a"', 1, 1)])], "no conversion on any of 1 impressions"),
        (['{"event": "listening"}', "no JSON"], "none of 2 lines is an impression or a conversion"),
    ],
)
def test_logs_of_which_nothing_comes_are_refused(run: Any, lines: list[Any], words: str) -> None:
    with pytest.raises(Unusable, match=words):
        run(lines, Settings())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(curve="steep"), "--curve: 'steep'; coins, flat, or the exponent"),
        (Settings(curve="0"), "--curve: '0'"),
        (Settings(curve="nan"), "--curve: 'nan'"),
        (Settings(cap=0.5), "--cap: 0.5; a weight from 1 to 1000"),
        (Settings(cap=float("nan")), "--cap: nan"),
        (Settings(minimum_looks=-1.0), "--minimum-looks: -1"),
    ],
)
def test_settings_that_mean_nothing_are_refused(run: Any, settings: Settings, words: str) -> None:
    with pytest.raises(Unusable) as refused:
        run([], settings)
    assert words in str(refused.value)


def test_logs_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"no\.jsonl: is not there"):
        find_logs([str(tmp_path / "no.jsonl")])
    with pytest.raises(Unusable, match="holds no log"):
        find_logs([str(tmp_path)])
    with pytest.raises(Unusable, match="--engine: 'pandas'"):
        open_engine("pandas")


def test_a_folder_means_all_logs_in_it(tmp_path: Path) -> None:
    (tmp_path / "pod-1").mkdir()
    for name in ("pod-1/a.jsonl", "b.jsonl.gz", "notes.txt"):
        (tmp_path / name).write_text("")
    assert find_logs([str(tmp_path), "s3://logs/x.jsonl"]) == [
        str(tmp_path / "b.jsonl.gz"), str(tmp_path / "pod-1/a.jsonl"), "s3://logs/x.jsonl",
    ]  # fmt: skip
