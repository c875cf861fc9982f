"""What asking several models needs before the first request of the first one, and after the last."""

from interleaver.lab.suites.suite import Suite

from .address import read_address
from .answer_file import check_file
from .answers import Answers
from .assembling import assemble
from .journal import open_journal
from .options import Options
from .request import make_writer


def check_before(suite: Suite, url: str, options: Options) -> None:
    """Raises Unusable for what asking would refuse, so that the last model is looked at before the first is asked."""
    options.check()
    make_writer(suite, read_address(url), options)
    if options.file is not None:
        check_file(options.file, url, suite)


def leave_out(suite: Suite, url: str, options: Options, words: str) -> Answers:
    """The answers of a model that is not asked any more, since the run was interrupted: what its file holds."""
    journal, kept = open_journal(options.file, url, suite)
    journal.close()
    missing = None in kept.outcomes
    return assemble(url, suite.task, kept.outcomes, kept.second, words if missing else "", missing)
