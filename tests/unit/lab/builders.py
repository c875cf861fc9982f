"""Evaluations made by hand, as the lab's own measures would make them: for what shows and keeps evaluations."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interleaver.api.v1alpha1 import Contract, Unit
from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.evaluation.document import make_document
from interleaver.lab.evaluation.evaluation import Counts, Evaluation, Flip, Loss, Settings, Trial
from interleaver.lab.gate.outcome import GateResult, Judgement, Level, Outcome
from interleaver.lab.suites.suite import Cases, Judgments, Request, ScoringContract, Suite
from interleaver.lab.terms.figure import WHOLE, Estimate, Figure, Slice, Verdict
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.lists import gather
from interleaver.lab.terms.metric import Direction, Metric, Task

RANKING_METRICS = (
    Metric("nDCG@10", Direction.HIGHER, words="Gain of the first ten, discounted by place, of the best possible."),
    Metric("RR@10", Direction.HIGHER, words="One over the place of the first relevant item."),
    Metric("P@5", Direction.HIGHER, words="Share of the first five that are relevant."),
    Metric("latency_p99_ms", Direction.LOWER, unit="ms", words="Time that 99 of 100 answers take at most."),
)
SCORING_METRICS = (
    Metric("AUC", Direction.HIGHER, words="Chance that a sample of label 1 gets a higher score than one of label 0."),
    Metric("FNR@FPR=0.01", Direction.LOWER, words="Share of label 1 that is missed when 1 % of label 0 is let in."),
    Metric("EER", Direction.LOWER, words="Error rate at the threshold where both kinds of error are as frequent."),
)
SLICES: tuple[Slice, ...] = (
    (("gender", "f"),),
    (("gender", "m"),),
    (("gender", None),),
    (("age_group", "18-30"),),
    (("age_group", "60+"),),
    (("age_group", "60+"), ("gender", "f")),
)


def make_cases(count: int = 60, *, scoring: bool = False, picture: str | None = None, seed: int = 0) -> Cases:
    """Cases of people, a third of whom have no gender stated."""
    draw = np.random.default_rng(seed)
    genders, ages = draw.choice(["f", "m", ""], count), draw.choice(["18-30", "60+"], count, p=[0.8, 0.2])
    return Cases(
        ids=[f"case-{place}" for place in range(count)],
        units=np.arange(count, dtype=np.int64) // 2,
        unit_names=[f"person-{place}" for place in range((count + 1) // 2)],
        sources=label(draw.choice(["production", "benchmark", "corner"], count, p=[0.7, 0.2, 0.1]).tolist()),
        attributes={"gender": label([g or None for g in genders.tolist()]), "age_group": label(ages.tolist())},
        requests=[Request(json.dumps({"query": f"secret wish {place}"}).encode(), {}) for place in range(count)],
        labels=draw.integers(0, 2, count).astype(np.int8) if scoring else None,
        attacks=label([None] * (count - 2) + ["print"] * 2) if scoring and count > 2 else None,
        pictures=[picture] * count if picture else None,
    )


def make_judgments(count: int, *, seed: int = 0) -> Judgments:
    """Ten judged items for each query, of a hundred."""
    draw = np.random.default_rng(seed)
    lists = gather(draw.choice(100, 10, replace=False).tolist() for _ in range(count))
    return Judgments(lists, draw.integers(0, 4, 10 * count).astype(np.float64), tuple(map(str, range(100))))


def make_suite(
    count: int = 60, *, scoring: bool = False, folder: Path = Path("suite"), picture: str | None = None, seed: int = 0
) -> Suite:
    """A suite of either task. Items have titles, the seventh an evil one."""
    titles = {str(item): {"item": item, "title": f"Film number {item}"} for item in range(100)}
    titles["7"] = {"item": 7, "title": "<script>alert(7)</script>"}
    contract = (
        ScoringContract("/score", "/picture", "/score")
        if scoring
        else Contract(path="/rank", unit=Unit(header="x-user-id"), items="/items", item_id="/id")
    )
    return Suite(
        folder=folder,
        name="faces" if scoring else "films",
        task=Task.SCORING if scoring else Task.RANKING,
        contract=contract,
        cases=make_cases(count, scoring=scoring, picture=picture, seed=seed),
        digest=hashlib.sha256(f"{scoring} {count} {seed}".encode()).hexdigest(),
        judgments=None if scoring else make_judgments(count, seed=seed),
        items=None if scoring else titles,
        maximum_grade=None if scoring else 3.0,
    )


def make_answers(suite: Suite, model: str, *, skill: float = 1.0, seed: int = 1, failed: int = 0) -> Answers:
    """A model's answers: lists in random order, or scores that tell labels apart by `skill` standard deviations."""
    draw = np.random.default_rng(seed)
    count = len(suite.cases)
    states = np.zeros(count, dtype=np.int8)
    states[:failed] = State.FAILED
    return Answers(
        model=model,
        states=states,
        milliseconds=np.where(states == 0, draw.gamma(4, 3, count), np.nan),
        sizes=np.full(count, 400, dtype=np.int64),
        words=["" if state == 0 else "connection refused" for state in states],
        rankings=None if suite.task is Task.SCORING else draw_lists(draw, states),
        scores=draw_scores(draw, suite, states, skill) if suite.task is Task.SCORING else None,
        asked_twice=count // 100,
        digest=hashlib.sha256(model.encode()).hexdigest(),
    )


def draw_lists(draw: np.random.Generator, states: NDArray[np.int8]) -> Sequence[Sequence[str]]:
    return [() if state else tuple(map(str, draw.choice(100, 12, replace=False).tolist())) for state in states]


def draw_scores(draw: np.random.Generator, suite: Suite, states: NDArray[np.int8], skill: float) -> NDArray[np.float64]:
    assert suite.cases.labels is not None
    raw = draw.normal(0, 1, len(states)) + skill * (suite.cases.labels - 0.5)
    return np.where(states == 0, 1 / (1 + np.exp(-raw)), np.nan)


def make_estimate(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half)


def make_figure(
    metric: Metric, cut: Slice = WHOLE, *, champion: float | None = 0.3, difference: float = 0.01, units: int = 200
) -> Figure:
    """A figure whose interval is as wide as its units make it, with the verdict that follows."""
    scale, half = (40.0 if metric.unit else 1.0), 0.2 / units**0.5
    low, high = difference - half, difference + half
    verdict = Verdict.BETTER if low > 0 else Verdict.WORSE if high < 0 else Verdict.NOT_TOLD_APART
    value = (champion or 0.3) + difference * metric.direction.sign
    return Figure(
        metric=metric.name,
        slice=cut,
        n=2 * units,
        units=units,
        champion=None if champion is None else make_estimate(champion * scale, half * scale),
        candidate=make_estimate(value * scale, half * scale),
        difference=None if champion is None else Estimate(difference * scale, low * scale, high * scale),
        verdict=None if champion is None else verdict,
    )


def make_untold(metric: Metric, cut: Slice = WHOLE) -> Figure:
    """A figure that could not be measured."""
    why = "all samples of the slice have label 1"
    return Figure(metric.name, cut, 6, 3, None, None, None, Verdict.NOT_TOLD, why)


def make_figures(metrics: Sequence[Metric], *, champion: bool, slices: Sequence[Slice], seed: int) -> list[Figure]:
    """Better on the whole, and worse for elderly women."""
    draw = np.random.default_rng(seed)
    base = 0.3 if champion else None
    figures = [make_figure(metric, champion=base, difference=0.03, units=4000) for metric in metrics]
    for metric in metrics:
        for cut in slices:
            worse = dict(cut) == {"age_group": "60+", "gender": "f"}
            shift = -0.09 if worse else float(draw.normal(0.01, 0.01))
            figures.append(make_figure(metric, cut, champion=base, difference=shift, units=25 if worse else 900))
    figures[-2] = make_untold(metrics[-1], figures[-2].slice)
    return figures


def make_flips(suite: Suite, count: int = 5) -> list[Flip]:
    return [Flip(suite.cases.ids[place], "success@5", 1.0, 0.0) for place in range(min(count, len(suite.cases)))]


def make_losses(suite: Suite, champion: bool) -> list[Loss]:
    ids = () if suite.task is Task.SCORING else suite.cases.ids[:20]
    return [Loss(case, "nDCG@10", 0.9 if champion else None, place / 100) for place, case in enumerate(ids)]


def make_evaluation(*, scoring: bool = False, champion: bool = True, count: int = 60, **changes: Any) -> Evaluation:
    """A whole evaluation. Of `changes`, `slices`, `failed`, `candidates`, `folder`, `pictures`, `flips`, `warnings`
    and `seed` change what it says."""
    seed, slices, failed = changes.get("seed", 0), changes.get("slices", SLICES), changes.get("failed", 0)
    place: dict[str, Any] = {"folder": changes.get("folder", Path("suite")), "picture": changes.get("pictures")}
    suite = make_suite(count, scoring=scoring, seed=seed, **place)
    metrics = SCORING_METRICS if scoring else RANKING_METRICS
    figures = make_figures(metrics, champion=champion, slices=slices, seed=seed)
    return Evaluation(
        suite=suite,
        champion=make_answers(suite, "http://champion:8000", seed=seed + 1) if champion else None,
        trials=[
            Trial(
                candidate=make_answers(
                    suite, f"http://candidate-{number}:8000", skill=1.5, seed=seed + 2 + number, failed=failed
                ),
                figures=figures,
                flips=make_flips(suite, changes.get("flips", 5)) if champion else (),
                warnings=changes.get("warnings", ("3 of 100 answers were other ones when they were asked again.",)),
                thresholds={"FPR=0.01": 0.73} if scoring else {},
                champion_thresholds={"FPR=0.01": 0.41} if scoring and champion else {},
                corners=changes.get("corners", ()),
                losses=make_losses(suite, champion),
            )
            for number in range(changes.get("candidates", 1))
        ],
        counts=Counts(judged=count, answered=count, missing=0, unjudged=0 if scoring else 3, all_zero=0),
        metrics={metric.name: metric for metric in metrics},
        settings=Settings(seed=seed),
        slices=(WHOLE, *slices),
    )


def make_judgement(outcome: Outcome = Outcome.PASSED, **changes: Any) -> Judgement:
    told: Mapping[str, Any] = {
        "rule": 1,
        "metric": "nDCG@10",
        "slice": WHOLE,
        "bound": "notWorseBy 0.005",
        "outcome": outcome,
        "level": Level.BLOCK,
        "words": "the interval's low end is −0.0900, which is below −0.005",
        "blocks": outcome in (Outcome.FAILED, Outcome.NOT_TOLD),
    }
    return Judgement(**{**told, **changes})


def make_gate_result(*, passed: bool = True, **changes: Any) -> GateResult:
    """A verdict: two checks that hold, and one that fails for elderly women unless the gate passed."""
    judgements = [
        make_judgement(),
        make_judgement(rule=2, metric="RR@10", bound="atLeast 0.31", words="0.3269 or more"),
    ]
    if not passed:
        cut = (("age_group", "60+"), ("gender", "f"))
        judgements.append(make_judgement(Outcome.FAILED, rule=3, slice=cut, bound="notWorseBy 0.02"))
    told = {"passed": passed, "judgements": judgements, "digests": [("gate", "ab" * 32)]}
    return GateResult(**{**told, **changes})


def make_evaluation_document(gate: GateResult | None = None, **changes: Any) -> dict[str, Any]:
    """What evaluate writes of an evaluation made by hand."""
    evaluation = make_evaluation(**changes)
    failures = [
        {"metric": one.metric, "slice": dict(one.slice) or None, "words": one.words}
        for one in (gate.failures if gate else ())
    ]
    told = None if gate is None else {"passed": gate.passed, "failures": failures}
    return make_document(evaluation, [told] * len(evaluation.trials))
