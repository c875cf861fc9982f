"""Suites out of ratings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.draft import Draft
from interleaver.lab.importing.gains import read_gain
from interleaver.lab.importing.holding_out import read_held_out
from interleaver.lab.importing.items import Catalogue, read_catalogue
from interleaver.lab.importing.rated import Rules, divide, draft_ratings, tabulate_rest
from interleaver.lab.importing.ratings import Scale, read_ratings
from interleaver.lab.importing.sheets import read_text
from interleaver.lab.importing.template import read_template
from interleaver.lab.terms.unusable import Unusable

RATINGS = """userId,movieId,rating,timestamp
7,1,5.0,100
7,2,2.0,300
8,1,4.5,100
7,3,4.0,200
8,3,1.0,50
"""
MOVIES = """movieId,title,genres
1,Toy Story (1995),Animation|Comedy
2,"Heat, The (1989)",Crime
3,Nothing,(no genres listed)
"""


def make_rules(held_out: str = "latest:1", gain: str = "rating", scale: Scale | None = None, **more: object) -> Rules:
    template = read_template('{"user": {user}}', ("user",))
    return Rules(template, read_held_out(held_out), read_gain(gain), scale or Scale(), **more)  # type: ignore[arg-type]


def import_text(text: str, rules: Rules, catalogue: Catalogue | None = None) -> Draft:
    read = read_ratings(read_text(text.encode(), "ratings.csv", "comma"), {}, rules.scale)
    return draft_ratings(divide(read, rules), rules, catalogue)


def catalogue() -> Catalogue:
    return read_catalogue(read_text(MOVIES.encode(), "movies.csv", "comma"), {}, "text")


def judged(draft: Draft) -> list[tuple[str, str, float]]:
    assert draft.judgments is not None
    return [(row["query"], row["item"], row["gain"]) for row in draft.judgments.to_pylist()]


def test_each_user_is_a_query_judged_by_the_latest_ratings() -> None:
    draft = import_text(RATINGS, make_rules())
    assert [(row["query"], row["unit"], row["request"]) for row in draft.cases.to_pylist()] == [
        ("7", "7", '{"user": "7"}'),
        ("8", "8", '{"user": "8"}'),
    ]
    assert judged(draft) == [("7", '"2"', 2.0), ("8", '"1"', 4.5)]
    assert set(draft.cases.column("source").to_pylist()) == {"benchmark"}


def test_ids_are_numbers_where_that_is_said() -> None:
    draft = import_text(RATINGS, make_rules(scale=Scale("number", "number")))
    assert draft.cases.column("request").to_pylist() == ['{"user": 7}', '{"user": 8}']
    assert [item for _, item, _ in judged(draft)] == ["2", "1"]


@pytest.mark.parametrize(
    ("gain", "scale", "gains", "greatest"),
    [
        ("rating", Scale(greatest=5), [5.0, 2.0, 4.0, 4.5, 1.0], 5.0),
        ("rating", Scale(), [5.0, 2.0, 4.0, 4.5, 1.0], None),
        ("at-least:4", Scale(), [1.0, 0.0, 1.0, 1.0, 0.0], 1.0),
        ("above:3.5", Scale(greatest=5), [1.5, 0.0, 0.5, 1.0, 0.0], 1.5),
    ],
)
def test_the_gain_is_made_by_the_stated_rule(
    gain: str, scale: Scale, gains: list[float], greatest: float | None
) -> None:
    draft = import_text(RATINGS, make_rules("all", gain, scale))
    assert [each for _, _, each in judged(draft)] == gains
    assert draft.maximum_grade == greatest


def test_a_negative_rating_is_gain_0_and_counted() -> None:
    draft = import_text("user,item,rating\n7,1,-3\n7,2,1\n", make_rules("all"))
    assert judged(draft) == [("7", '"1"', 0.0), ("7", '"2"', 1.0)]
    assert draft.notes["negative ratings judge with gain 0"] == 1


def test_the_later_of_two_ratings_of_an_item_counts_and_the_other_is_counted() -> None:
    by_time = import_text("user,item,rating,timestamp\n7,1,5,200\n7,1,2,100\n", make_rules("all"))
    by_row = import_text("user,item,rating\n7,1,5\n7,1,2\n", make_rules("all"))
    assert judged(by_time) == [("7", '"1"', 5.0)]
    assert judged(by_row) == [("7", '"1"', 2.0)]
    assert "1 ratings are left out because the user rated the item again later" in by_row.told


def test_a_user_none_of_whose_ratings_judges_has_no_query_and_is_counted() -> None:
    draft = import_text("user,item,rating,timestamp\n7,1,5,1\n7,2,5,2\n8,1,5,1\n", make_rules("latest:50%"))
    assert draft.cases.column("query").to_pylist() == ["7"]
    assert draft.notes["users without a rating that judges have no query"] == 1


def test_what_users_favour_is_told_by_their_history_alone() -> None:
    text = RATINGS + "7,4,0.5,10\n8,2,5,20\n"
    draft = import_text(text, make_rules(), catalogue())
    rows = {row["query"]: row for row in draft.cases.to_pylist()}
    # User 7 has rated 1 (5), 3 (4) and 4 (0.5) before: of their genres, those of 1 lie above the mean.
    assert (rows["7"]["attributes.genre"], rows["7"]["attributes.decade"]) == ("Animation", "1990s")
    # User 8 has rated 3, of which nothing is known, and 2; rating 1 judges.
    assert (rows["8"]["attributes.genre"], rows["8"]["attributes.decade"]) == ("Crime", "1980s")
    assert (rows["7"]["attributes.activity"], rows["8"]["attributes.activity"]) == ("some", "few")


def test_a_tie_goes_by_the_alphabet_whatever_the_order_of_the_ratings() -> None:
    items = read_catalogue(
        read_text(b"item,genres\n1,Western|Drama\n2,Drama|Western\n9,War\n", "i", "comma"), {}, "text"
    )
    for first, second in ((1, 2), (2, 1)):
        text = f"user,item,rating,timestamp\n7,{first},5,1\n7,{second},4,2\n7,9,1,3\n7,3,1,4\n"
        draft = import_text(text, make_rules(), items)
        assert draft.cases.column("attributes.genre").to_pylist() == ["Drama"]


def test_without_a_history_users_have_no_attributes_and_that_is_said() -> None:
    draft = import_text(RATINGS, make_rules("all"), catalogue())
    assert not [name for name in draft.cases.column_names if name.startswith("attributes.")]
    assert "no rating is left for a history, so users have no attributes" in draft.told


def test_a_history_of_another_file_describes_users_by_its_own_items() -> None:
    rules = make_rules("all")
    history = read_ratings(read_text(b"user,item,rating\n9,2,5\n8,2,5\n8,1,1\n", "h.csv", "comma"), {}, rules.scale)
    read = read_ratings(read_text(RATINGS.encode(), "ratings.csv", "comma"), {}, rules.scale)
    draft = draft_ratings(divide(read, rules), rules, catalogue(), history)
    assert draft.cases.column("attributes.genre").to_pylist() == [None, "Crime"]


def test_items_keep_what_is_told_of_them() -> None:
    draft = import_text(RATINGS, make_rules(), catalogue())
    assert draft.items is not None
    assert draft.items.to_pylist()[1] == {"item": '"2"', "title": "Heat, The (1989)", "genres": "Crime"}


def test_a_year_that_became_a_decimal_number_is_a_year() -> None:
    text = "item,title,year\n1,Alien,1979.0\n2,Nothing,\n"
    read = read_catalogue(read_text(text.encode(), "items.csv", "comma"), {}, "text")
    assert [row["year"] for row in read.rows.values()] == ["1979", None]
    assert read.find_decades(["1", "2"]).names == ("1970s",)


def test_an_item_that_is_told_in_two_ways_is_refused_and_the_same_row_again_is_not() -> None:
    text = "item,title\n1,A\n1,A\n1,B\n"
    with pytest.raises(
        Unusable, match=r"items\.csv, line 4, item: item 1 again, and it differs; one row for each item"
    ):
        read_catalogue(read_text(text.encode(), "items.csv", "comma"), {}, "text")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("user,item\n1,2\n", "ratings.csv: no column for rating among user, item; --columns rating=NAME says which"),
        ("user,item,rating\n", "ratings.csv: no rating; a row for each rating"),
        ("user,item,rating\n7,1,5\n,1,5\n", "ratings.csv, line 3, user: nothing; an id in each row"),
        ("user,item,rating\n7,1,\n", "ratings.csv, line 2, rating: nothing; a rating is a finite number"),
        ("user,item,rating\n7,1,NaN\n", "ratings.csv, line 2, rating: 'NaN'; a rating is a finite number"),
        ("user,item,rating\n7,1,6\n", "ratings.csv, line 2, rating: 6; the greatest rating was said to be 5"),
        ("user,item,rating\n7,01,5\n", "ratings.csv, line 2, item: '01'; a whole number as --item-ids says"),
        ("user,item,rating,timestamp\n7,1,5,\n", "ratings.csv, line 2, timestamp: nothing; each rating has a time"),
        ("user,item,rating,timestamp\n7,1,5,noon\n", "ratings.csv, line 2, timestamp: 'noon'; a timestamp is a number"),
    ],
)
def test_a_rating_that_cannot_be_used_is_refused_with_row_and_column(text: str, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        import_text(text, make_rules("all", scale=Scale("text", "number", 5)))
    assert str(caught.value).startswith(words)


def test_the_latest_ratings_need_times() -> None:
    with pytest.raises(Unusable, match="the ratings have no timestamp; draw them: --held-out random:20%"):
        import_text("user,item,rating\n7,1,5\n", make_rules("latest:1"))


@pytest.mark.parametrize("text", ["latest", "latest:0", "latest:101%", "some", "random:-1", ""])
def test_a_rule_of_holding_out_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="--held-out"):
        read_held_out(text)


def test_a_rule_by_which_nothing_is_relevant_is_refused() -> None:
    with pytest.raises(Unusable, match="--gain: no rating up to 5 is above 5; nothing would be relevant"):
        import_text(RATINGS, make_rules("all", "above:5", Scale(greatest=5)))


@pytest.mark.parametrize("text", ["stars", "at-least", "above:x", ""])
def test_a_rule_of_gains_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="--gain"):
        read_gain(text)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=60),
    st.sampled_from(["latest:2", "latest:30%", "random:50%", "random:1", "all"]),
)
def test_each_rating_judges_or_is_left_to_learn_from(pairs: list[tuple[int, int]], held_out: str) -> None:
    text = "user,item,rating,timestamp\n" + "".join(f"{u},{i},3,{at}\n" for at, (u, i) in enumerate(pairs))
    rules = make_rules(held_out)
    parts = divide(read_ratings(read_text(text.encode(), "r.csv", "comma"), {}, rules.scale), rules)
    held = tabulate_rest(parts.judging).to_pylist()
    rest = tabulate_rest(parts.rest).to_pylist()
    assert sorted((int(row["user"]), int(row["item"])) for row in held + rest) == sorted(set(pairs))
    if held_out.startswith("latest"):
        for row in rest:
            assert all(other["timestamp"] > row["timestamp"] for other in held if other["user"] == row["user"])
    counts = np.bincount([user for user, _ in set(pairs)])
    for user in {user for user, _ in pairs}:
        judging = sum(row["user"] == str(user) for row in held)
        wanted = {"latest:2": 2, "latest:30%": counts[user] * 3 // 10, "random:50%": counts[user] // 2, "random:1": 1}
        assert judging == min(wanted.get(held_out, counts[user]), counts[user])


def test_the_same_seed_draws_the_same_ratings_and_another_one_others() -> None:
    text = "user,item,rating\n" + "".join(f"1,{item},3\n" for item in range(50))
    drawn = [judged(import_text(text, make_rules("random:50%", seed=seed))) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
