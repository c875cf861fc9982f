"""`interleaver lab import letor`."""

import argparse
from pathlib import Path

from interleaver.lab.commands.importers.suite_options import (
    add_ranking_options,
    add_request_option,
    add_suite_options,
    read_top,
    save,
)
from interleaver.lab.importing.letor import read_queries
from interleaver.lab.importing.letor_suite import NAMES, draft_letor
from interleaver.lab.importing.lines import number_lines
from interleaver.lab.importing.template import read_template


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this kind."""
    parser.add_argument("file", type=Path, help="lines such as `2 qid:7 1:0.2 3:0.5 # docid = GX029-35`")
    add_request_option(parser, NAMES, '{"documents": {documents}}')
    parser.add_argument("--base", type=int, choices=(0, 1), default=1, help="index of the first feature; 1")
    parser.add_argument("--maximum-grade", type=read_top, help="the greatest grade there can be; ERR needs it")
    add_ranking_options(parser)
    add_suite_options(parser)


def make(options: argparse.Namespace) -> list[str]:
    """Make the suite, and say what was made. Raises Unusable."""
    template = read_template(options.request, NAMES)
    lines = number_lines(options.file, options.encoding)
    queries = read_queries(lines, str(options.file), options.base, options.maximum_grade)
    return save(options, draft_letor(queries, template, options.base, options.maximum_grade), options.file)
