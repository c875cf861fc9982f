"""The places of a draft's slots, read off their teams."""

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api import names
from interleaver.interleaving.places import Place, name_places
from interleaver.interleaving.team_draft import Team, draft

LETTERS = {"A": Team.CHAMPION, "B": Team.CANDIDATE, "n": Team.NEUTRAL, "f": Team.FILL}
NAMES = {Place.FIRST: "1", Place.SECOND: "2", Place.ALONE: "."}

rankings = st.text("abcdefghijklm", max_size=20).map(lambda items: list(dict.fromkeys(items)))
others = rankings.map(lambda items: items[::-1])  # the search likes to draw the same text twice
coins = st.integers(0, 255).map(lambda flips: [bool(flips >> turn & 1) for turn in range(8)])


@pytest.mark.parametrize(
    ("teams", "places"),
    [
        ("", ""),
        ("n", "."),
        ("AB", "12"),
        ("BA", "12"),
        ("ABBA", "1212"),
        ("ABAB", "1212"),
        ("ABn", "12."),
        ("nBA", ".12"),
        ("nnABnBA", "..12.12"),
        ("ABB", "12."),  # the end of the list cut the last turn's champion off
        ("ABAff", "12..."),  # and here the champion's tail follows
        ("Af", ".."),
    ],
)
def test_a_contested_turn_has_a_first_and_a_second_place(teams: str, places: str) -> None:
    assert "".join(NAMES[place] for place in name_places([LETTERS[team] for team in teams])) == places


@given(rankings, others, st.integers(0, 20), coins, coins)
def test_no_coin_changes_which_ranks_a_turn_takes_nor_what_is_shown_there(
    champion: list[str], candidate: list[str], length: int, flips: list[bool], other: list[bool]
) -> None:
    slots, again = (draft(champion, candidate, length, cycle(each)) for each in (flips, other))
    places = name_places([slot.team for slot in slots])
    assert places == name_places([slot.team for slot in again])
    for rank, place in enumerate(places):
        if place is Place.FIRST:
            assert {*slots[rank : rank + 2]} == {*again[rank : rank + 2]}
            assert {slot.team for slot in slots[rank : rank + 2]} == {Team.CHAMPION, Team.CANDIDATE}


@given(rankings, others, st.integers(0, 20), coins)
def test_only_the_last_turn_can_leave_an_owned_item_alone(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    teams = [slot.team for slot in draft(champion, candidate, length, cycle(flips))]
    alone = [team for team, place in zip(teams, name_places(teams), strict=True) if place is Place.ALONE]
    assert not {Team.CHAMPION, Team.CANDIDATE} & {*alone[:-1]}


def test_the_places_are_those_that_routers_export() -> None:
    assert tuple(place.value for place in Place) == names.PLACES
