"""A study is the same on any number of processes."""

import pytest

from interleaver.simulate import study as module
from interleaver.simulate.scenario import Scenario, Truth
from interleaver.simulate.study import study

QUICK = Scenario(Truth(votes_per_day=3000, win_share=0.4), looks_per_day=4)  # rolled back within a day or two


def test_the_same_seed_gives_the_same_runs_on_one_process_and_on_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 20)
    alone = study([QUICK], runs=50, seed=3, jobs=1)
    assert study([QUICK], runs=50, seed=3, jobs=2) == alone
    assert study([QUICK], runs=50, seed=4, jobs=1) != alone


def test_every_scenario_gets_its_runs_and_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 20)
    told: list[int] = []
    better = Scenario(Truth(win_share=0.7), looks_per_day=4)
    worse, good = study([QUICK, better], runs=30, seed=1, jobs=1, notice=told.append)
    assert told == [20, 30, 50, 60]
    assert {each.verdict for each in worse} == {"Rollback"}
    assert ({each.verdict for each in good}, len(worse), len(good)) == ({"Promote"}, 30, 30)


def test_chunks_do_not_repeat_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 10)
    (outcomes,) = study([QUICK], runs=20, seed=1, jobs=1)
    assert outcomes[:10] != outcomes[10:]


@pytest.mark.parametrize(("runs", "jobs"), [(0, 1), (1, 0)])
def test_nothing_cannot_be_simulated(runs: int, jobs: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        study([QUICK], runs=runs, seed=1, jobs=jobs)
