"""`kubectl interleaver report`."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from interleaver.plugin.cluster.access import connect
from interleaver.plugin.cluster.api import Api, place
from interleaver.plugin.cluster.asking import NAMESPACES, ask
from interleaver.plugin.cluster.experiments import read_experiment, read_name
from interleaver.plugin.commands.place import read_place
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal
from interleaver.plugin.reporting.page import render_page
from interleaver.plugin.reporting.subject import Subject, choose_run, describe_current, describe_past, find_past


def run(options: argparse.Namespace) -> int:
    name = read_name(options.name)
    with connect(read_place(options)) as api:
        told = Told(read_experiment(api, name))
        subject = find_subject(api, told, choose_run(told, options.run))
    page = render_page(subject, datetime.now(UTC))
    if options.file == "-":
        sys.stdout.write(page)
        return 0
    file = Path(options.file or f"{name}-{subject.run.get('id')}.html")
    try:
        file.write_text(page)
    except OSError as error:
        raise Refusal(f"the report cannot be written: {error}. Name another place with --file") from None
    print(file)
    return 0


def find_subject(api: Api, told: Told, run: str) -> Subject:
    """The run that is going on, or the record of one that is over."""
    past = find_past(told, run)
    if run == told.run_id:
        return describe_current(told)
    record = past.get("record") or f"{told.name}-{run}"
    answer = ask(api, place(NAMESPACES, api.namespace, "configmaps", str(record)))
    if answer.trouble and not answer.is_absent:
        raise Refusal(f"the record of {run}, ConfigMap {record}, cannot be read: {answer.trouble}")
    return describe_past(told, past, answer.found)
