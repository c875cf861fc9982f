"""What the study says of ramps follows from the runs."""

from pathlib import Path

from hack.study.exposure import PREFERENCES, RAMPS, draw, plan, sum_up

from interleaver.simulate.study import study


def test_a_slower_ramp_shows_a_harmful_candidate_to_a_smaller_share_and_for_longer(tmp_path: Path) -> None:
    cases = [(ramp, preference) for ramp in RAMPS for preference in PREFERENCES]
    ended = study([plan(*case) for case in cases], 20, 1, jobs=1)
    harms = {case: sum_up(outcomes) for case, outcomes in zip(cases, ended, strict=True)}
    none, default, slow = (harms[ramp, -0.1] for ramp in RAMPS)
    assert none.share > 0.999
    assert none.share > default.share > slow.share
    assert none.days < default.days < slow.days
    assert none.rolled_back == default.rolled_back == slow.rolled_back == 1.0
    draw(harms, str(tmp_path))
    assert (tmp_path / "statistics-exposure.png").stat().st_size < 150_000
