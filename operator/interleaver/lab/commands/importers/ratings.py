"""`interleaver lab import ratings`."""

import argparse
from pathlib import Path

import pyarrow.csv as pacsv

from interleaver.lab.commands.importers.suite_options import (
    add_columns_option,
    add_ranking_options,
    add_request_option,
    add_suite_options,
    read_columns,
    read_top,
    save,
)
from interleaver.lab.importing.gains import read_gain
from interleaver.lab.importing.holding_out import read_held_out
from interleaver.lab.importing.items import Catalogue, read_catalogue
from interleaver.lab.importing.rated import Rules, divide, draft_ratings, tabulate_rest
from interleaver.lab.importing.ratings import ROLES, Ratings, Scale, read_ratings
from interleaver.lab.importing.sheets import read_sheet
from interleaver.lab.importing.template import read_template
from interleaver.lab.terms.unusable import Unusable


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this kind."""
    parser.add_argument("file", type=Path, help="a row for each rating: user, item, rating, and a timestamp if any")
    add_request_option(parser, ("user",), '{"user": {user}, "count": 20}')
    parser.add_argument(
        "--held-out",
        required=True,
        metavar="RULE",
        help="which ratings judge: latest:10 or latest:20%% of each user's, random:50%%, or all",
    )
    parser.add_argument(
        "--gain", required=True, metavar="RULE", help="what a rating is worth: rating, at-least:4 (1, else 0), above:3"
    )
    parser.add_argument("--scale", type=read_top, metavar="TOP", help="the greatest rating there can be; ERR needs it")
    for whose in ("user", "item"):
        said = f"whether the {whose}s' ids are texts or numbers in JSON; text"
        parser.add_argument(f"--{whose}-ids", choices=("text", "number"), default="text", help=said)
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn at random; 0")
    add_files_options(parser)
    add_columns_option(parser, list(ROLES))
    add_ranking_options(parser)
    add_suite_options(parser)


def add_files_options(parser: argparse.ArgumentParser) -> None:
    """The options for files beside the ratings."""
    parser.add_argument("--items", type=Path, metavar="FILE", help="what is known of items: item, title, genres, year")
    parser.add_argument("--items-columns", default="", metavar="NAMES", help="as --columns, of that file")
    parser.add_argument(
        "--history", type=Path, metavar="FILE", help="ratings that describe the users, where all others judge"
    )
    parser.add_argument(
        "--rest", type=Path, metavar="FILE", help="CSV that gets the ratings that do not judge, to train a model on"
    )


def make(options: argparse.Namespace) -> list[str]:
    """Make the suite, and say what was made. Raises Unusable."""
    check_rest(options.rest)
    scale = Scale(options.user_ids, options.item_ids, options.scale)
    template = read_template(options.request, ("user",))
    rules = Rules(template, read_held_out(options.held_out), read_gain(options.gain), scale, options.seed)
    history = None if options.history is None else read(options, options.history, scale)
    parts = divide(read(options, options.file, scale), rules)
    told = save(options, draft_ratings(parts, rules, read_items(options), history), options.file)
    if options.rest is None:
        return told
    pacsv.write_csv(tabulate_rest(parts.rest), options.rest)
    return [*told, f"{options.rest}: {len(parts.rest.users)} ratings to train on"]


def check_rest(file: Path | None) -> None:
    """Raises Unusable, before anything is made, where the ratings that do not judge cannot be written."""
    if file is not None and (file.exists() or not file.parent.is_dir()):
        found = "is there already" if file.exists() else "its folder is not there"
        raise Unusable(str(file), found, "give a file that is not there yet, in a folder that is")


def read(options: argparse.Namespace, file: Path, scale: Scale) -> Ratings:
    """The ratings of a file."""
    named, names = read_columns(options.columns)
    return read_ratings(read_sheet(file, options.separator, names, options.encoding), named, scale)


def read_items(options: argparse.Namespace) -> Catalogue | None:
    """The items, where there is a file of them. It has the separator of the ratings where its name says none."""
    if options.items is None:
        return None
    named, names = read_columns(options.items_columns, "--items-columns")
    sheet = read_sheet(options.items, options.separator, names, options.encoding)
    return read_catalogue(sheet, named, options.item_ids)
