"""`kubectl interleaver list`."""

import argparse

from interleaver.plugin.cluster.access import connect
from interleaver.plugin.cluster.experiments import read_experiments
from interleaver.plugin.commands.place import read_place
from interleaver.plugin.reading.document import Told
from interleaver.plugin.reading.summary import summarize
from interleaver.plugin.showing.documents import render
from interleaver.plugin.showing.listing import render_list


def run(options: argparse.Namespace) -> int:
    with connect(read_place(options)) as api:
        found = [Told(one) for one in read_experiments(api, options.all_namespaces)]
    if options.output:
        print(render([summarize(one) for one in found], options.output))
    elif found:
        print(render_list(found, options.all_namespaces))
    else:
        where = "any namespace" if options.all_namespaces else f"namespace {api.namespace}"
        print(f"There are no experiments in {where}.")
    return 0
