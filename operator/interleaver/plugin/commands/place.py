"""Which cluster and namespace the flags of a command mean."""

import argparse

from interleaver.plugin.cluster.access import Place


def read_place(options: argparse.Namespace) -> Place:
    """What was given of the flags that every command takes."""
    given = vars(options)
    return Place(**{name: given.get(name) for name in Place._fields})
