"""What a conversion on an item means."""

import pytest

from interleaver.api import names
from interleaver.interleaving.credit import Vote, find_team, name_vote
from interleaver.interleaving.team_draft import Team, draft


@pytest.mark.parametrize(
    ("team", "vote"),
    [(Team.CANDIDATE, Vote.WIN), (Team.CHAMPION, Vote.LOSS), (Team.NEUTRAL, Vote.TIE), (Team.FILL, None)],
)
def test_a_team_means_this_vote(team: Team, vote: Vote | None) -> None:
    assert name_vote(team) is vote


def test_a_conversion_is_credited_to_the_team_that_showed_the_item() -> None:
    slots = draft(["n", "a", "x"], ["n", "b"], 4, [True])
    teams = {item: find_team(slots, item) for item in ("n", "a", "b", "x")}
    assert teams == {"n": Team.NEUTRAL, "a": Team.CHAMPION, "b": Team.CANDIDATE, "x": Team.FILL}


def test_an_item_that_was_not_shown_is_nobodys() -> None:
    assert find_team(draft(["a"], ["a"], 1, []), "b") is None


def test_a_candidate_that_answers_nothing_never_earns_a_vote() -> None:
    slots = draft(list(range(50)), [], 50, [])
    assert {name_vote(slot.team) for slot in slots} == {None}


def test_teams_and_votes_carry_the_public_names() -> None:
    assert {team.value for team in Team} == set(names.SLOT_TEAMS)
    assert {vote.value for vote in Vote} == set(names.VOTES)
