"""Which metrics go to MLflow."""

import math
from typing import Any

from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.tracking.choosing import MOST, choose, read_values
from tests.unit.lab.builders import make_evaluation_document, make_gate_result, make_judgement

MANY = tuple((("city", f"city {number}"),) for number in range(100))


def make_trial(**changes: Any) -> dict[str, Any]:
    trial: dict[str, Any] = make_evaluation_document(**changes)["candidates"][0]
    return trial


def test_both_models_have_the_same_names() -> None:
    chosen = choose(make_trial())
    assert list(read_values(chosen, "champion")) == list(read_values(chosen, "candidate"))


def test_the_whole_suite_comes_first_in_the_order_of_the_evaluation() -> None:
    names = [name for name, _ in choose(make_trial())]
    assert names[:4] == ["nDCG_10", "RR_10", "P_5", "latency_p99_ms"]


def test_there_are_never_more_than_sixty() -> None:
    assert len(choose(make_trial(slices=MANY))) == MOST == 60


def test_what_blocks_comes_before_other_slices_and_what_is_worse_after_it() -> None:
    failure = make_judgement(Outcome.FAILED, metric="P@5", slice=MANY[77])
    trial = make_trial(slices=MANY, gate=make_gate_result(passed=False, judgements=[failure]))
    worse = min(
        (figure for figure in trial["figures"] if figure["verdict"] == "worse"), key=lambda figure: figure["difference"]
    )
    chosen = choose(trial)
    assert chosen[4][0] == "slice/city:city 77/P_5"
    assert chosen[5][1] == worse


def test_what_was_not_measured_or_is_not_finite_is_never_kept() -> None:
    trial = make_trial(scoring=True)
    trial["figures"][0]["candidate"] = math.nan
    trial["figures"][1]["champion"] = math.inf
    trial["figures"][2].update(champion=None, candidate=None)
    chosen = choose(trial)
    values = [*read_values(chosen, "champion").values(), *read_values(chosen, "candidate").values()]
    assert all(math.isfinite(value) for value in values)
    assert "EER" not in dict(chosen)
    assert "AUC" not in read_values(chosen, "candidate")
    assert "AUC" in read_values(chosen, "champion")


def test_without_a_champion_the_candidate_has_its_metrics_all_the_same() -> None:
    chosen = choose(make_trial(champion=False))
    assert len(read_values(chosen, "candidate")) == len(chosen)
    assert read_values(chosen, "champion") == {}
