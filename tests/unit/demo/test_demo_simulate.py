"""The simulator follows the operator: what is better is promoted, what is worse is not, and a seed is one story."""

from random import Random

from demo.simulate import Lists, Router, read_resource, simulate_run
from demo.study import parse_range
from tests.unit.demo.documents import make_document

from interleaver.api.fields import seconds
from interleaver.api.routing import Config, Contract, Target, Unit

USERS = range(1, 672)
DEPTH = 20


def rank_from(first: int) -> Lists:
    """Twenty films for everybody, beginning with this one."""
    return {user: list(range(first, first + DEPTH)) for user in USERS}


GOOD = {user: frozenset(range(100, 120)) for user in USERS}  # the films of rank_from(100)
MOSTLY_GOOD = {user: films if user % 5 else frozenset(range(1, 21)) for user, films in GOOD.items()}


def test_the_resource_is_the_one_that_the_demo_applies() -> None:
    assert read_resource(False).spec.model_dump(by_alias=True, exclude_unset=True) == make_document()["spec"]
    assert read_resource(True).spec.champion.revision == "factors"


def test_a_candidate_whose_films_are_liked_is_promoted_once_the_minimum_run_is_over() -> None:
    result = simulate_run(False, {"popularity": rank_from(1), "factors": rank_from(100)}, MOSTLY_GOOD, 1)
    assert (result.decision.verdict, result.decision.reason) == ("Promote", "Better")
    assert 0 < 3 * result.tally.losses < result.tally.wins <= len(USERS)
    assert result.seconds >= seconds(read_resource(False).spec.analysis.minimum_run)


def test_a_candidate_that_wins_every_vote_looks_invented_and_waits_for_a_person() -> None:
    result = simulate_run(False, {"popularity": rank_from(1), "factors": rank_from(100)}, GOOD, 1)
    assert (result.decision.verdict, result.decision.reason) == ("Inconclusive", "WindowOver")
    assert "which hardly any model does" in result.decision.message


def test_a_candidate_whose_films_nobody_likes_is_rolled_back_early() -> None:
    result = simulate_run(True, {"popularity": rank_from(1), "factors": rank_from(100)}, GOOD, 1)
    assert (result.decision.verdict, result.decision.reason) == ("Rollback", "Harm")
    assert result.tally.wins == 0
    assert result.seconds < seconds(read_resource(True).spec.analysis.minimum_run)


def test_the_same_list_twice_is_ties_only() -> None:
    result = simulate_run(False, {"popularity": rank_from(100), "factors": rank_from(100)}, GOOD, 1)
    assert result.tally.ties > 0
    assert (result.tally.wins, result.tally.losses) == (0, 0)


def test_shoppers_who_like_nothing_bring_no_verdict_but_the_windows_end() -> None:
    result = simulate_run(False, {"popularity": rank_from(1), "factors": rank_from(100)}, {}, 1)
    assert (result.decision.verdict, result.decision.reason) == ("Inconclusive", "WindowOver")
    assert result.seconds >= seconds(read_resource(False).spec.analysis.window)


def test_a_seed_tells_one_story_and_another_seed_another() -> None:
    deep = {user: frozenset({107}) for user in USERS}  # so far down that attention decides who finds it when
    lists = {"popularity": rank_from(1), "factors": rank_from(100)}
    assert simulate_run(False, lists, deep, 1) == simulate_run(False, lists, deep, 1)
    assert simulate_run(False, lists, deep, 1).tally != simulate_run(False, lists, deep, 2).tally


def test_a_unit_votes_once_however_often_it_converts() -> None:
    router = Router(rank_from(1), rank_from(100), GOOD, bytes(32))
    for number in range(200):
        router.serve(7, Random(number), make_config())
    assert sum(count for name, count in router.counts.items() if name.startswith("votes.")) == 1
    assert sum(count for name, count in router.counts.items() if name.startswith("conversions.")) > 1


def test_a_unit_outside_the_ramps_share_is_not_counted() -> None:
    router = Router(rank_from(1), rank_from(100), GOOD, bytes(32))
    for user in USERS:
        router.serve(user, Random(user), make_config(percent=10))
    assert 30 < router.counts["requests.ok"] < 110


def make_config(percent: int = 100) -> Config:
    """The router's configuration in the middle of a run."""
    return Config(
        version=1,
        generation=1,
        experiment="interleaver-demo/home-feed",
        serving=Target("popularity", "aa", "http://10.0.0.1:9000"),
        contract=Contract("/recommend", Unit(header="X-User-Id"), "/items", "/id"),
        run="factors-1",
        candidate=Target("factors", "bb", "http://10.0.0.2:9000"),
        percent=percent,
    )


def test_a_range_of_splits_is_read_with_both_ends() -> None:
    assert (parse_range("1-10"), parse_range("3")) == (list(range(1, 11)), [3])
