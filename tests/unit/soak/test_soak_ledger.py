"""What the shop expects of the routers."""

from interleaver.interleaving.credit import Vote
from interleaver.interleaving.team_draft import Team
from tests.soak.ledger import Event, Ledger

BOUGHT = Event("u", "token", "a", Team.CANDIDATE)
OTHER = Event("u", "token", "b", Team.CHAMPION)


def test_the_first_event_of_a_unit_is_its_vote_and_every_one_a_conversion() -> None:
    ledger = Ledger()
    ledger.acknowledge([BOUGHT, OTHER], buffered=False)
    assert ledger.expect() == {"votes.win": 1, "conversions.candidate": 1, "conversions.champion": 1}


def test_an_event_that_is_sent_twice_counts_once() -> None:
    ledger = Ledger()
    ledger.acknowledge([BOUGHT, BOUGHT], buffered=False)
    ledger.acknowledge([BOUGHT], buffered=False)
    assert ledger.expect() == {"votes.win": 1, "conversions.candidate": 1}


def test_a_unit_whose_event_waits_in_a_router_buys_nothing_that_would_be_another_vote() -> None:
    ledger = Ledger()
    ledger.acknowledge([BOUGHT], buffered=True)
    assert ledger.may_cast("u", Vote.WIN)
    assert not ledger.may_cast("u", Vote.LOSS)
    assert ledger.may_cast("v", Vote.LOSS)


def test_a_unit_whose_vote_may_be_lost_buys_nothing_that_would_be_another_vote() -> None:
    ledger = Ledger(may_lose=True)
    ledger.acknowledge([BOUGHT], buffered=False)
    assert ledger.may_cast("u", Vote.WIN)
    assert not ledger.may_cast("u", Vote.LOSS)
    assert ledger.may_cast("v", Vote.LOSS)
