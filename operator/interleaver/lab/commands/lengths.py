"""Lengths of time on the command line, as gates have them."""

import argparse
from datetime import timedelta

from interleaver.lab.gate.numbers import parse_length


def take_length(text: str) -> timedelta:
    """60d, 8w, 36h, as an argparse type that shows the reason when it is none."""
    try:
        return parse_length(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error}") from None
