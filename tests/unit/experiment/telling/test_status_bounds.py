"""Whatever happens, the status can be stored: one field that is too long would make every write of it fail."""

from dataclasses import replace
from datetime import datetime

import pytest

from interleaver.api import conditions
from interleaver.api.conditions import find
from interleaver.api.observed import Deployed, Entry
from interleaver.api.plan import NEWEST
from interleaver.api.run import LONGEST_TROUBLE
from interleaver.api.status import Concluded, Status
from interleaver.experiment.deciding.obstacles import ADVICE
from interleaver.experiment.deciding.verdict import WORDS
from interleaver.experiment.orders.serving import parse_concluded
from interleaver.experiment.run import advance
from interleaver.experiment.weighing.evidence import show_evidence, weigh
from interleaver.stats.tally import Tally
from tests.builders import START, World, make_experiment, make_running_world, make_source

LONGEST_NAME = "r" * 30
LONGEST_DURATION = "999999999ms999999999ms999999999ms"


def test_the_api_servers_words_are_cut_where_a_condition_ends() -> None:
    world = World(invalid={"v42": "Invalid value: " + "x" * 9000})
    world.settle(4)
    stalled = world.condition(conditions.STALLED)
    assert stalled.reason == conditions.INVALID_TEMPLATE
    assert len(stalled.message) == 4096
    assert stalled.message.endswith("...")


def test_a_reason_of_somebody_elses_making_is_cut_too() -> None:
    world = make_running_world()
    observed = world.observe()
    hash_ = world.run.plan.candidate.hash
    deployed: dict[str, Deployed] = dict(observed.deployed)
    deployed[hash_] = replace(deployed[hash_], ready=0, trouble="Scheduler" * 20 + ": " + "words " * 900)
    status = advance(world.experiment, replace(observed, deployed=deployed), world.now)
    assert Status.model_validate(status.to_dict()) == status


@pytest.mark.parametrize("reason", sorted(WORDS))
def test_the_longest_names_and_durations_fit_into_every_verdict(reason: str) -> None:
    sentence = WORDS[reason].format(
        candidate=LONGEST_NAME,
        champion=LONGEST_NAME,
        margin="0.123456789",
        window=LONGEST_DURATION,
        deadline=LONGEST_DURATION,
        detail="o" * (LONGEST_TROUBLE + 3),
        advice=max(ADVICE.values(), key=len),
    )
    assert len(sentence) + 150 <= 1024


BIG = 1 << 53  # the most that a router's counter is believed


@pytest.mark.parametrize("tally", [(0, 0, 0), (BIG, 0, 0), (0, BIG, 0), (0, 0, BIG), (BIG, BIG, BIG), (1, 0, BIG)])
@pytest.mark.parametrize(
    ("alpha", "margin", "planned"),
    [(0.05, 0.02, 1000), (1e-9, 1e-9, 600), (0.499999999, 0.499999999, 10**9)],
)
def test_the_evidence_of_every_tally_is_shown_in_numbers(
    tally: tuple[int, int, int], alpha: float, margin: float, planned: int
) -> None:
    shown = show_evidence(weigh(Tally(*tally), alpha=alpha, margin=margin, planned=planned, mixture=NEWEST)).to_dict()
    numbers = [shown["onPar"], shown["better"], shown["harm"], shown["preference"], *shown["interval"]]
    for number in numbers:
        assert len(number) <= 24
        assert set(number) <= set("0123456789.e+-"), "neither nan nor inf"
        assert number != "-0.0000"


@pytest.mark.parametrize("annotation", [None, "", "/", "/Promote", "v42/", "v42/Perhaps", "v" * 300 + "/Promote"])
def test_an_annotation_that_we_did_not_write_says_nothing(annotation: str | None) -> None:
    assert parse_concluded(annotation) is None


def test_an_annotation_that_we_wrote_names_the_candidate_and_its_verdict() -> None:
    assert parse_concluded("v42/Rollback") == Concluded(candidate="v42", verdict="Rollback")


def lose_status(world: World, entry: Entry | None, now: datetime = START) -> Status:
    """The status after it was lost while no pod was Ready."""
    observed = world.observe()
    down = {hash_: replace(deployed, ready=0) for hash_, deployed in observed.deployed.items()}
    return advance(make_experiment(), replace(observed, deployed=down, entry=entry or observed.entry), now)


def test_a_promoted_revision_is_found_again_although_its_pods_are_just_starting() -> None:
    world = make_running_world(
        traffic={"steps": [{"percent": 100}]}, analysis={"minimumRun": "0s", "window": "24h", "margin": "0.05"}
    )
    world.vote(win=600, loss=300)
    world.settle(4)
    status = lose_status(world, None)
    assert status.serving is not None
    assert (status.serving.revision, status.serving.origin) == ("v42", "Promotion")
    assert find(status, conditions.RECONCILING) is None, "Git's older champion is not rolled out in its place"


@pytest.mark.parametrize("seed", [None, ""])
def test_without_a_seed_nothing_is_rebuilt(seed: str | None) -> None:
    world = World()
    world.settle(4)
    entry = world.find_entry()
    assert entry is not None
    assert lose_status(world, replace(entry, seed=seed)).serving is None


def test_a_seed_that_was_never_ready_is_still_being_rolled_out() -> None:
    world = World(make_experiment(champion=make_source("v41"), candidate=None))
    world.settle(4)
    assert lose_status(world, None).serving is None
