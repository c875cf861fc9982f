"""`kubectl-interleaver`: arguments, and the command that is meant. A command is loaded only when it is given."""

import importlib
import sys
from collections.abc import Sequence

from interleaver.plugin.options import make_parser
from interleaver.plugin.refusal import Refusal

REFUSED = 1  # exit code of a command that could not be carried out; argparse exits with 2


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit code."""
    options = make_parser().parse_args(words)
    try:
        code: int = importlib.import_module(f"interleaver.plugin.commands.{options.module}").run(options)
        sys.stdout.flush()
        return code
    except Refusal as error:
        sys.stderr.write(f"error: {error}\n")
        return REFUSED
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        sys.stderr.close()
        return REFUSED
    except KeyboardInterrupt:
        return 130
