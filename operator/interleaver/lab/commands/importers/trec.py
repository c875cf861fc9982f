"""`interleaver lab import trec`."""

import argparse
from pathlib import Path

from interleaver.lab.commands.importers.suite_options import (
    add_ranking_options,
    add_request_option,
    add_suite_options,
    read_top,
    save,
)
from interleaver.lab.importing.lines import number_lines
from interleaver.lab.importing.qrels import NAMES, draft_trec, read_qrels, read_topics
from interleaver.lab.importing.template import read_template


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this kind."""
    parser.add_argument("qrels", type=Path, help="lines of query, iteration, document and grade")
    parser.add_argument("--topics", type=Path, help="lines of query, tab, text: what requests may ask by {text}")
    add_request_option(parser, NAMES, '{"query": {text}}')
    parser.add_argument("--maximum-grade", type=read_top, help="the greatest grade there can be; ERR needs it")
    add_ranking_options(parser)
    add_suite_options(parser)


def make(options: argparse.Namespace) -> list[str]:
    """Make the suite, and say what was made. Raises Unusable."""
    template = read_template(options.request, NAMES)
    name = str(options.qrels)
    qrels = read_qrels(number_lines(options.qrels, options.encoding), name, options.maximum_grade)
    topics = None
    if options.topics is not None:
        lines = number_lines(options.topics, options.encoding)
        topics = read_topics(lines, str(options.topics))
    return save(options, draft_trec(qrels, topics, template, options.maximum_grade), options.qrels)
