"""`interleaver lab tojudge`: writes the pairs whose judgment would decide most; takes them in once they are judged."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.commands.exits import DONE
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.evaluation.to_judge import Pairs, find_open_queries, find_pairs, list_open
from interleaver.lab.importing.judged import read_pairs, write_pairs
from interleaver.lab.suites.merging import merge_judgments
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import name_slice
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("suite", type=Path, help="folder of the suite")
    parser.add_argument(
        "--answers",
        type=Path,
        nargs="+",
        default=[],
        metavar="PATH",
        help="answer files of the models, the champion's first, or a folder with them",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="what is written for people: .csv or .jsonl")
    parser.add_argument("--at", type=int, default=10, help="depth down to which lists are looked at; 10")
    parser.add_argument("--most", type=int, default=200, help="how many pairs at most; 200")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--all", action="store_true", help="what may move the difference, even if no verdict depends on it"
    )
    which.add_argument(
        "--value",
        action="store_true",
        help="what may move the candidates' own values, which atLeast and atMost bound; takes one file or more",
    )
    parser.add_argument("--raw", action="store_true", help="write requests beside the pairs, which may be of people")
    parser.add_argument("--merge", type=Path, metavar="FILE", help="takes the gains of a filled-in file into the suite")
    parser.add_argument(
        "--separator", choices=("comma", "semicolon", "tab"), help="what a spreadsheet put between its fields; comma"
    )
    parser.add_argument("--encoding", default="utf-8", help="how a spreadsheet encoded it; utf-8")


def run(options: argparse.Namespace) -> int:
    """Write the pairs, or take in those that were judged. Raises Unusable."""
    if (options.merge is None) == (options.output is None):
        raise Unusable("tojudge", "neither or both of --output and --merge", "give one of them")
    suite = read_suite(options.suite)
    if suite.task is not Task.RANKING:
        raise Unusable(str(options.suite), "the suite is one of scores", "only items of rankings can be unjudged")
    if options.merge is not None:
        judged = read_pairs(options.merge, options.separator, options.encoding)
        new = merge_judgments(suite, judged)
        print(f"{options.suite}: {new} judgments more; {len(judged) - new} were there already")
        return DONE
    for line in write(options, suite):
        print(line)
    return DONE


def write(options: argparse.Namespace, suite: Suite) -> list[str]:
    """Write the pairs, and say what they decide."""
    if options.at < 1 or options.most < 1:
        raise Unusable("--at and --most", f"found {options.at} and {options.most}", "at least 1 of each")
    models = [read_answers(path, suite) for path in list_files(options.answers, 1 if options.value else 2)]
    if options.value:
        pairs = find_pairs(suite, models[1:] or models, options.at, options.most, value=True)
        return write_found(options, suite, pairs, [])
    metric = f"nDCG@{options.at}"
    evaluation = evaluate_ranking(suite, models[0], models[1:], Settings(depths=(options.at,)))
    open_figures = list_open(evaluation, metric)
    if not open_figures and not options.all:
        return [f"no verdict on {metric} depends on how unjudged items are counted; --all lists what may move it"]
    asked = None if options.all else find_open_queries(evaluation, open_figures)
    pairs = find_pairs(suite, models, options.at, options.most, asked)
    names = ", ".join(dict.fromkeys(name_slice(figure.slice) for figure in open_figures[:5]))
    told = [f"the verdict on {metric} depends on them in {len(open_figures)} slices: {names}"] if open_figures else []
    return write_found(options, suite, pairs, told)


def write_found(options: argparse.Namespace, suite: Suite, pairs: Pairs, told: Sequence[str]) -> list[str]:
    """Write these pairs; how many they are, then what is told besides."""
    write_pairs(options.output, list_rows(suite, pairs, raw=options.raw))
    share = float(pairs.moves.sum()) / pairs.open_moves if pairs.open_moves else 1.0
    left_out = f"{pairs.left_out} queries have no judgment at all and are left out: they are in no figure"
    return [
        f"{options.output}: {len(pairs.items)} of {pairs.open_pairs} pairs, with {share:.0%} of what they may move",
        *told,
        *([left_out] if pairs.left_out else []),
    ]


def list_files(paths: Sequence[Path], least: int) -> Sequence[Path]:
    """The answer files, the champion's first. Raises Unusable for a folder without any, and for fewer than `least`."""
    files = [file for path in paths for file in (list_folder(path) if path.is_dir() else [path])]
    if len(files) < least:
        wanted = "those of two models or more are compared" if least > 1 else "one at least has the candidate's answers"
        raise Unusable("--answers", f"{len(files)} answer files", wanted)
    return files


def list_folder(folder: Path) -> Sequence[Path]:
    """The answer files of an evaluation's folder, or of the folder `answers` in it. Raises Unusable where none is."""
    for place in (folder, folder / "answers"):
        inside = sorted(place.glob("*.jsonl"), key=lambda file: (not file.name.startswith("champion"), file.name))
        if files := [file for file in inside if is_answer_file(file)]:
            return files
    found = "holds no file of answers"
    raise Unusable(str(folder), found, "give what `interleaver lab evaluate --output` was given, or its folder answers")


def is_answer_file(path: Path) -> bool:
    """Whether a file of a folder holds answers to a suite, and not to its corner cases, which nobody judges."""
    with path.open("rb") as file:
        return file.read(11) == b'{"answers":' and "corner" not in path.name


def calm(title: str) -> str:
    """A title that no spreadsheet takes for a formula, whoever wrote it: nobody reads titles back."""
    return f"'{title}" if title.startswith(("=", "+", "-", "@")) else title


def list_rows(suite: Suite, pairs: Pairs, *, raw: bool) -> list[Mapping[str, str | None]]:
    """The rows for people: who listed an item where is not told them, so that nobody judges by it."""
    items = suite.items or {}
    rows: list[Mapping[str, str | None]] = []
    for query, item in zip(pairs.queries.tolist(), pairs.items, strict=True):
        row: dict[str, str | None] = {"query": suite.cases.ids[query], "item": item, "gain": None}
        if suite.items is not None:
            title = items.get(item, {}).get("title")
            row["title"] = None if title is None else calm(str(title))
        rows.append(row | ({"request": suite.cases.requests[query].body.decode()} if raw else {}))
    return rows
