"""Properties of the merge, for any two rankings and any coins."""

from collections import Counter
from collections.abc import Iterator
from itertools import cycle

from hypothesis import assume, given
from hypothesis import strategies as st

from interleaver.interleaving.team_draft import Slot, Team, draft

# Few items, so that lists overlap and repeat. A text is drawn at once, in a fifth of the time that its letters take.
# The search likes to draw the same text twice: read backwards, it is the same items in another order.
rankings = st.text("abcdefghijklm", max_size=15).map(list)
others = rankings.map(lambda items: items[::-1])
coins = st.integers(0, 255).map(lambda flips: [bool(flips >> turn & 1) for turn in range(8)])
lengths = st.integers(0, 20)

MIRROR = {Team.CHAMPION: Team.CANDIDATE, Team.CANDIDATE: Team.CHAMPION}


def merge(champion: list[str], candidate: list[str], length: int, flips: list[bool]) -> list[Slot[str]]:
    return draft(champion, candidate, length, cycle(flips))


def items(slots: list[Slot[str]]) -> list[str]:
    return [slot.item for slot in slots]


def drop_duplicates(ranking: list[str]) -> list[str]:
    """Every item once, at its first place."""
    return list(dict.fromkeys(ranking))


def owned(slots: list[Slot[str]], team: Team) -> list[str]:
    return [slot.item for slot in slots if slot.team is team]


@given(rankings, others, lengths, coins)
def test_no_item_is_shown_twice_and_the_length_is_reached_if_there_are_items(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    shown = items(merge(champion, candidate, length, flips))
    assert len(shown) == len(set(shown)) == min(length, len({*champion, *candidate}))


@given(rankings, others, lengths, coins)
def test_the_merge_is_a_union_of_a_prefix_of_each_ranking(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    shown = set(items(merge(champion, candidate, length, flips)))
    ours, theirs = drop_duplicates(champion), drop_duplicates(candidate)
    prefixes = [{*ours[:head], *theirs[:other]} for head in range(len(ours) + 1) for other in range(len(theirs) + 1)]
    assert shown in prefixes


@given(rankings, others, lengths, coins)
def test_each_team_shows_its_items_in_its_own_order(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    slots = merge(champion, candidate, length, flips)
    for team, ranking in ((Team.CHAMPION, champion), (Team.CANDIDATE, candidate)):
        places = [drop_duplicates(ranking).index(item) for item in owned(slots, team)]
        assert places == sorted(places)


@given(rankings, others, lengths, coins)
def test_teams_differ_by_one_slot_at_most_at_every_depth(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    slots = merge(champion, candidate, length, flips)
    for depth in range(len(slots) + 1):
        teams = Counter(slot.team for slot in slots[:depth])
        assert abs(teams[Team.CHAMPION] - teams[Team.CANDIDATE]) <= 1


@given(rankings, others, lengths, coins)
def test_swapping_models_and_coins_swaps_teams_and_nothing_else(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    slots = merge(champion, candidate, length, flips)
    swapped = merge(candidate, champion, length, [not flip for flip in flips])
    assert swapped == [Slot(slot.item, MIRROR.get(slot.team, slot.team)) for slot in slots]


@given(rankings, others, lengths, coins)
def test_the_same_coins_make_the_same_merge(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    assert merge(champion, candidate, length, flips) == merge(champion, candidate, length, flips)


@given(rankings, lengths, coins)
def test_identical_rankings_are_all_neutral_and_in_order(ranking: list[str], length: int, flips: list[bool]) -> None:
    slots = merge(ranking, ranking, length, flips)
    assert items(slots) == drop_duplicates(ranking)[:length]
    assert all(slot.team is Team.NEUTRAL for slot in slots)


@given(rankings, others, coins)
def test_fill_comes_last_and_only_when_one_ranking_has_nothing_left(
    champion: list[str], candidate: list[str], flips: list[bool]
) -> None:
    slots = merge(champion, candidate, 20, flips)
    assume(any(slot.team is Team.FILL for slot in slots))
    first = next(place for place, slot in enumerate(slots) if slot.team is Team.FILL)
    assert all(slot.team is Team.FILL for slot in slots[first:])
    before = set(items(slots[:first]))
    assert set(champion) <= before or set(candidate) <= before


@given(rankings, others, lengths, coins)
def test_a_longer_merge_begins_with_the_shorter_one(
    champion: list[str], candidate: list[str], length: int, flips: list[bool]
) -> None:
    assert merge(champion, candidate, length + 1, flips)[:length] == merge(champion, candidate, length, flips)


@given(rankings, others, lengths)
def test_no_more_coins_are_taken_than_contested_turns(champion: list[str], candidate: list[str], length: int) -> None:
    taken = 0

    def count_coins() -> Iterator[bool]:
        nonlocal taken
        while True:
            taken += 1
            yield False

    slots = draft(champion, candidate, length, count_coins())
    assert taken == len(owned(slots, Team.CHAMPION))  # False: the champion goes first in every contested turn
