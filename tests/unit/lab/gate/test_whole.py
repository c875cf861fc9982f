"""From answers to a verdict: suite, evaluation and gate together, with nothing made by hand between them."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.scoring import evaluate_scoring
from interleaver.lab.gate.checking import check_gate
from interleaver.lab.gate.deciding import judge
from interleaver.lab.gate.outcome import GateResult, Outcome
from interleaver.lab.gate.reading import Gate, parse_gate, wanted
from interleaver.lab.suites.suite import Cases, ScoringContract, Suite
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.metric import Task

from .gates import NOW

SAMPLES: Final = 1000
WOMEN: Final = np.arange(SAMPLES) % 5 == 0
LABELS: Final = (np.arange(SAMPLES) // 5 % 2).astype(np.int8)
FACES: Final = """\
version: 1
rules:
  - {metric: AUC, notWorseBy: 0.005}
  - {metric: AUC, notWorseBy: 0.02, slices: [gender], minimum: 100}
"""


def make_faces() -> Suite:
    """1,000 pictures of as many people, a fifth of them women, half of them the same person as in the passport."""
    cases = Cases(
        ids=[str(index) for index in range(SAMPLES)],
        units=np.arange(SAMPLES, dtype=np.int64),
        unit_names=[str(index) for index in range(SAMPLES)],
        sources=label(["production"] * SAMPLES),
        attributes={"gender": label("f" if woman else "m" for woman in WOMEN)},
        requests=[],
        labels=LABELS,
    )
    contract = ScoringContract("/score", "/picture", "/score")
    return Suite(Path("faces"), "faces", Task.SCORING, contract, cases, "5" * 64, threshold=0.5)


def answer(model: str, separation: NDArray[np.float64]) -> Answers:
    """Scores that tell labels the better the greater the separation; both models see the same noise in a picture."""
    noise = np.random.default_rng(7).normal(0, 1, SAMPLES)
    scores = 1 / (1 + np.exp(-(separation * (LABELS - 0.5) * 2 + noise)))
    filled = np.ones(SAMPLES)
    states = np.full(SAMPLES, State.ANSWERED, dtype=np.int8)
    return Answers(model, states, filled, filled.astype(np.int64), [""] * SAMPLES, None, scores, digest=model[:1] * 64)


CHAMPION: Final = answer("champion", np.full(SAMPLES, 1.0))


def decide(candidate: Answers, gate: Gate | None = None, champion: Answers | None = CHAMPION) -> GateResult:
    read = gate or parse_gate("gate.yaml", FACES.encode())
    suite = make_faces()
    check_gate(read, suite, NOW)
    metrics, cuts = wanted(read)
    settings = Settings(confidence=read.confidence, resamples=200, metrics=metrics, cuts=cuts)
    evaluation = evaluate_scoring(suite, champion, [candidate], settings)
    return judge(read, evaluation, evaluation.trials[0], NOW)


def tell(result: GateResult) -> dict[str, Outcome]:
    """The outcome by slice."""
    return {dict(said.slice).get("gender") or "all": said.outcome for said in result.judgements}


def test_a_candidate_that_is_better_overall_and_worse_for_one_group_is_stopped() -> None:
    result = decide(answer("better for men", np.where(WOMEN, 0.6, 1.4)))
    whole = result.judgements[0].figure
    assert whole is not None
    assert whole.difference is not None
    assert whole.difference.low is not None
    assert whole.difference.low > 0
    assert tell(result) == {"all": Outcome.PASSED, "f": Outcome.FAILED, "m": Outcome.PASSED}
    assert (result.passed, result.exit_code) == (False, 1)
    assert [(failure.rule, failure.slice) for failure in result.failures] == [(2, (("gender", "f"),))]


def test_a_candidate_that_is_better_for_all_passes() -> None:
    result = decide(answer("better", np.full(SAMPLES, 1.5)))
    assert set(tell(result).values()) == {Outcome.PASSED}
    assert result.exit_code == 0


def test_the_champion_against_itself_holds_margins_that_so_many_people_can_tell_and_no_finer_ones() -> None:
    again = answer("again", np.full(SAMPLES, 1.0))
    wider = FACES.replace("0.005", "0.01").replace("0.02", "0.04")
    assert decide(again, parse_gate("gate.yaml", wider.encode())).exit_code == 0
    assert set(tell(decide(again)).values()) == {Outcome.NOT_TOLD, Outcome.PASSED}


def test_a_metric_that_only_the_gate_asks_for_is_measured() -> None:
    gate = parse_gate("gate.yaml", b"version: 1\nrules: [{metric: FNR@FPR=0.2, atMost: 0.5, slices: [gender]}]")
    result = decide(answer("better", np.full(SAMPLES, 1.5)), gate)
    assert tell(result) == {"f": Outcome.PASSED, "m": Outcome.PASSED}


def test_a_first_model_passes_on_its_value_alone() -> None:
    gate = parse_gate(
        "gate.yaml", b"version: 1\nrules: [{metric: AUC, atLeast: 0.8, notWorseBy: 0.01}, {metric: flips, atMost: 0}]"
    )
    result = decide(answer("first", np.full(SAMPLES, 1.0)), gate, champion=None)
    assert [said.outcome for said in result.judgements] == [
        Outcome.PASSED,
        Outcome.NOT_APPLICABLE,
        Outcome.NOT_APPLICABLE,
    ]
    assert (result.passed, result.first_model) == (True, True)
