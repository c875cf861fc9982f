"""`interleaver lab import trec-run`."""

import argparse
from pathlib import Path

from interleaver.lab.importing.answering import answer, write_run
from interleaver.lab.importing.lines import number_lines
from interleaver.lab.importing.runs import read_run
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this kind."""
    parser.add_argument("file", type=Path, help="lines of query, Q0, document, rank, score and name of the run")
    parser.add_argument("--suite", type=Path, required=True, help="the suite whose queries the run answers")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the answer file, made anew")
    parser.add_argument("--model", help="what the model is called; as the file, where it is not given")
    parser.add_argument(
        "--order", choices=("rank", "score"), default="rank", help="by which of the two documents are in order; rank"
    )
    parser.add_argument(
        "--item-ids", choices=("text", "number"), default="text", help="how the suite has the documents' ids; text"
    )
    parser.add_argument("--encoding", default="utf-8", help="how the file is encoded")


def make(options: argparse.Namespace) -> list[str]:
    """Make the answer file, and say what is in it. Raises Unusable."""
    suite = read_suite(options.suite)
    if suite.task is not Task.RANKING:
        raise Unusable("--suite", "the suite is one of scores", "a run answers rankings")
    name = str(options.file)
    run = read_run(number_lines(options.file, options.encoding), name, options.order)
    answered = answer(run, name, suite, options.item_ids)
    write_run(options.output, suite, options.model or options.file.name, answered)
    counts = {
        "queries of the suite have no line in the run, which counts as refused": answered.unlisted,
        "queries of the run are none of the suite and left out": answered.strange,
        "documents stood in a list again and are left out": sum(run.again.values()),
        "queries are in another order by score than by rank": run.disordered,
    }
    told = [f"{count} {words}" for words, count in counts.items() if count]
    return [f"{options.output}: {len(suite.cases) - answered.unlisted} of {len(suite.cases)} queries answered", *told]
