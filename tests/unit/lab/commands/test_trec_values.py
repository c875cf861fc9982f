"""A run and its qrels, imported, come to what trec_eval makes of the very files."""

import io
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.commands.program import main
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.suites.reading import read_suite

QUERIES, JUDGED, LISTED = 40, 25, 30
TREC = "import trec qrels.txt --output suite --contract contract.yaml --request /q"
RUN = "import trec-run run.txt --suite suite --output run.jsonl"
# Ours, and what pytrec_eval calls it.
MEASURES = {"nDCG@10": "ndcg_cut_10", "P@10": "P_10", "AP": "map", "R@10": "recall_10", "success@10": "success_10"}


def draw(seed: int) -> tuple[str, str]:
    """Qrels with grades from -1 to 3, and a run of which some queries are missing, both drawn at random."""
    chance = np.random.default_rng(seed)
    qrels, run = [], []
    for query in range(QUERIES):
        for document in chance.choice(100, JUDGED, replace=False):
            qrels.append(f"{query} 0 d{document} {chance.integers(-1, 4)}")
        if query % 7:
            scores = np.sort(chance.choice(10_000, LISTED, replace=False))[::-1]
            for rank, document in enumerate(chance.choice(100, LISTED, replace=False)):
                run.append(f"{query} Q0 d{document} {rank + 1} {scores[rank] / 10} drawn")
    return "\n".join(qrels) + "\n", "\n".join(run) + "\n"


@pytest.mark.parametrize("seed", [0, 1])
def test_figures_are_those_of_trec_eval(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    qrels, run = draw(seed)
    Path("qrels.txt").write_text(qrels)
    Path("run.txt").write_text(run)
    Path("contract.yaml").write_text("{path: /r, unit: {pointer: /q}, items: /items}")
    for words in (TREC, RUN):
        assert main(words.split()) == 0
    suite = read_suite(Path("suite"))
    trial = evaluate_ranking(
        suite, None, [read_answers(Path("run.jsonl"), suite)], Settings(depths=(10,), resamples=50)
    ).trials[0]
    judge = pytrec_eval.RelevanceEvaluator(pytrec_eval.parse_qrel(io.StringIO(qrels)), set(MEASURES.values()))
    theirs = judge.evaluate(pytrec_eval.parse_run(io.StringIO(run)))
    ours = {figure.metric: figure.candidate for figure in trial.figures if not figure.slice}
    for name, measure in MEASURES.items():
        # What has no answer counts 0; trec_eval leaves it out.
        wanted = sum(values[measure] for values in theirs.values()) / QUERIES
        found = ours[name]
        assert found is not None
        assert found.value == pytest.approx(wanted, abs=1e-9), name
