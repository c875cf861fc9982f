"""The four hypotheses of a run, and which votes prove them."""

from math import isfinite, log
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.experiment.weighing.evidence import Evidence, weigh
from interleaver.stats.betting import Mixture, log_e_value
from interleaver.stats.interval import confidence_sequence
from interleaver.stats.tally import Tally

counts = st.integers(0, 10_000)
tallies = st.builds(Tally, counts, counts, counts)
mixtures = st.sampled_from(get_args(Mixture))
LARGE: Mixture = "PlannedAndLarge"


def judge(
    wins: int, ties: int, losses: int, margin: float = 0.02, planned: int = 1000, mixture: Mixture = LARGE
) -> Evidence:
    return weigh(Tally(wins, ties, losses), alpha=0.05, margin=margin, planned=planned, mixture=mixture)


@given(tallies, mixtures)
def test_each_hypothesis_is_the_call_that_the_design_names(tally: Tally, mixture: Mixture) -> None:
    evidence = weigh(tally, alpha=0.1, margin=0.03, planned=1500, mixture=mixture)
    mirrored = Tally(tally.losses, tally.ties, tally.wins)
    assert evidence == Evidence(
        on_par=log_e_value(tally, 0.47, 1500, mixture),
        better=log_e_value(tally, 0.5, 1500, mixture),
        harm=log_e_value(mirrored, 0.5, 1500, mixture),
        worse=log_e_value(mirrored, 0.53, 1500, mixture),
        preference=tally.preference,
        interval=confidence_sequence(tally, 0.1, 1500, mixture),
        bar=log(10),
    )


# Source: docs/explanation/statistics.md#reference-values, margin .02, alpha .05, planned 1000.
@pytest.mark.parametrize(("mixture", "needed"), [("Planned", 615), ("PlannedAndLarge", 464)])
def test_identical_models_are_on_par_after_exactly_so_many_votes(mixture: Mixture, needed: int) -> None:
    assert not judge(0, needed - 1, 0, mixture=mixture).on_par_proven
    assert judge(0, needed, 0, mixture=mixture).on_par_proven


def test_ties_alone_never_prove_better_harm_or_worse() -> None:
    evidence = judge(0, 10**9, 0)
    assert (evidence.better, evidence.harm) == pytest.approx((0, 0))
    assert evidence.worse < 0
    assert max(evidence.better, evidence.harm, evidence.worse) < evidence.bar


@pytest.mark.parametrize(
    ("votes", "proven"),
    [
        pytest.param((0, 0, 0), set(), id="no votes prove nothing"),
        pytest.param((600, 0, 400), {"on_par", "better"}, id="a clear winner is on par too"),
        pytest.param((400, 0, 600), {"harm", "worse"}, id="a clear loser"),
        pytest.param((5000, 0, 5000), {"on_par"}, id="equal models with many votes are on par and nothing else"),
        pytest.param((1970, 0, 2030), set(), id="slightly behind: neither on par nor harm yet"),
        pytest.param(
            (98_800, 0, 101_200), {"on_par", "harm"}, id="behind by less than the margin: harm is proven, worse is not"
        ),
    ],
)
def test_these_votes_prove(votes: tuple[int, int, int], proven: set[str]) -> None:
    evidence = judge(*votes)
    assert {name for name in ("on_par", "better", "harm", "worse") if getattr(evidence, name) >= evidence.bar} == proven


@given(tallies, st.floats(0.001, 0.4), mixtures)
def test_on_par_and_worse_are_never_both_proven(tally: Tally, margin: float, mixture: Mixture) -> None:
    evidence = weigh(tally, alpha=0.05, margin=margin, planned=2000, mixture=mixture)
    assert not (evidence.on_par_proven and evidence.worse >= evidence.bar)


@given(tallies, st.floats(0.001, 0.4), mixtures)
def test_the_margin_makes_on_par_easier_than_better_and_worse_harder_than_harm(
    tally: Tally, margin: float, mixture: Mixture
) -> None:
    evidence = weigh(tally, alpha=0.05, margin=margin, planned=2000, mixture=mixture)
    assert evidence.on_par >= evidence.better - 1e-9
    assert evidence.worse <= evidence.harm + 1e-9


@given(tallies, mixtures)
def test_without_a_margin_on_par_is_better_and_worse_is_harm(tally: Tally, mixture: Mixture) -> None:
    evidence = weigh(tally, alpha=0.05, margin=0.0, planned=2000, mixture=mixture)
    assert (evidence.on_par, evidence.worse) == (evidence.better, evidence.harm)


def test_a_billion_votes_are_weighed() -> None:
    evidence = judge(10**9, 10**9, 10**9, planned=600)
    assert all(isfinite(value) for value in (evidence.on_par, evidence.better, evidence.harm, evidence.worse))


@pytest.mark.parametrize("margin", [-0.01, 0.5, float("nan")])
def test_a_margin_that_is_none_is_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        judge(1, 1, 1, margin=margin)
