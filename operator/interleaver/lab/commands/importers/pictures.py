"""`interleaver lab import pictures`."""

import argparse
from pathlib import Path

from interleaver.lab.commands.importers.suite_options import (
    add_columns_option,
    add_suite_options,
    read_columns,
    save,
)
from interleaver.lab.importing.pictures import ROLES, copy_pictures, read_pictures
from interleaver.lab.importing.sheets import read_sheet


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this kind."""
    parser.add_argument("table", type=Path, help="a row for each picture: path, label, and any attributes")
    parser.add_argument("--pictures", type=Path, required=True, metavar="DIR", help="folder that the paths begin at")
    parser.add_argument("--positive", metavar="WORD", help="the label that counts as 1, where labels are words")
    add_columns_option(parser, list(ROLES))
    add_suite_options(parser)


def make(options: argparse.Namespace) -> list[str]:
    """Make the suite with its pictures, and say what was made. Raises Unusable."""
    named, names = read_columns(options.columns)
    sheet = read_sheet(options.table, options.separator, names, options.encoding)
    pictures = read_pictures(sheet, named, options.positive)

    def add_files(folder: Path) -> None:
        copy_pictures(pictures.paths, options.pictures, folder, str(options.table))

    return save(options, pictures.draft, options.table, add_files)
