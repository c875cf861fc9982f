"""The suite that ratings make: a query for each user, judged by the ratings that are held out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from interleaver.lab.importing.draft import Draft
from interleaver.lab.importing.gains import GainRule
from interleaver.lab.importing.holding_out import HeldOut
from interleaver.lab.importing.items import Catalogue, spell_ids
from interleaver.lab.importing.profiles import History, tell_activity, tell_favourite
from interleaver.lab.importing.ratings import Ratings, Scale, keep_last
from interleaver.lab.importing.template import Template
from interleaver.lab.terms.metric import Task


@dataclass(frozen=True)
class Rules:
    """What the user stated of the suite."""

    template: Template
    held_out: HeldOut
    gain: GainRule
    scale: Scale
    seed: int = 0


@dataclass(frozen=True)
class Parts:
    """Ratings that judge, and those that a model may learn from; both with the codes of the same users and items."""

    judging: Ratings
    rest: Ratings
    again: int
    """Ratings that were left out because the user rated the item again."""


def divide(read: Ratings, rules: Rules) -> Parts:
    """Divide ratings by the rule, each item of a user once."""
    ratings = keep_last(read)
    held = rules.held_out.choose(ratings.users, ratings.times, np.random.default_rng(rules.seed))
    return Parts(ratings.select(held), ratings.select(~held), len(read.users) - len(ratings.users))


def draft_ratings(parts: Parts, rules: Rules, catalogue: Catalogue | None, history: Ratings | None = None) -> Draft:
    """The suite of these ratings. `history` is what the users are described by, where it is not the rest.

    A user none of whose ratings judges has no query.
    """
    judging = parts.judging
    users = np.unique(judging.users)
    attributes, said = describe(parts.rest if history is None else history, judging.user_names, catalogue)
    names = judging.user_names.take(pa.array(users))
    columns = {"query": names, "unit": names, "request": make_requests(rules, names.to_pylist())}
    columns["source"] = pa.array(["benchmark"] * len(users), pa.string())
    columns |= {f"attributes.{name}": values.take(pa.array(users)) for name, values in attributes.items()}
    return Draft(
        Task.RANKING,
        pa.table(columns),
        judge(judging, rules),
        None if catalogue is None else catalogue.tabulate(rules.scale.item_ids),
        rules.gain.greatest(rules.scale.greatest),
        count(parts, len(users)),
        (str(rules.held_out), str(rules.gain), *said),
    )


def count(parts: Parts, queries: int) -> Mapping[str, int]:
    """What was left out or taken as something else."""
    return {
        "ratings are left out because the user rated the item again later": parts.again,
        "negative ratings judge with gain 0": int((parts.judging.ratings < 0).sum()),
        "users without a rating that judges have no query": len(parts.judging.user_names) - queries,
    }


def make_requests(rules: Rules, users: Sequence[str]) -> pa.Array:
    """The request of each user."""
    values: Sequence[object] = [int(user) for user in users] if rules.scale.user_ids == "number" else users
    return pa.array([rules.template.fill({"user": user}) for user in values], pa.string())


def judge(judging: Ratings, rules: Rules) -> pa.Table:
    """The judgments: users in the order of their queries, the ratings of each as they stood."""
    order = np.lexsort((np.arange(len(judging.users)), judging.users))
    items = spell_ids(judging.item_names.to_pylist(), rules.scale.item_ids)
    columns = {
        "query": judging.user_names.take(pa.array(judging.users[order])),
        "item": items.take(pa.array(judging.items[order])),
    }
    return pa.table(columns | {"gain": pa.array(rules.gain.apply(judging.ratings[order]))})


def describe(
    ratings: Ratings, users: pa.Array, catalogue: Catalogue | None
) -> tuple[Mapping[str, pa.Array], Sequence[str]]:
    """The attributes of all users by their history, and how they were made. Without a history there are none."""
    codes = pc.index_in(ratings.user_names, users).fill_null(-1).to_numpy(zero_copy_only=False)[ratings.users]
    known = codes >= 0
    if not known.any():
        return {}, ["no rating is left for a history, so users have no attributes"]
    history = History(codes[known].astype(np.int64), ratings.items[known], ratings.ratings[known])
    activity, (few, some) = tell_activity(history, len(users))
    said = [f"activity by thirds of the users: few is up to {few} ratings in the history, some up to {some}, many more"]
    attributes = {"activity": activity}
    if catalogue is not None:
        items = ratings.item_names.to_pylist()
        attributes["genre"] = tell_favourite(history, len(users), catalogue.find_genres(items))
        attributes["decade"] = tell_favourite(history, len(users), catalogue.find_decades(items))
        said.append("genre and decade: those with the greatest sum of ratings above the user's mean in the history")
    told = {name: values for name, values in attributes.items() if values.null_count < len(values)}
    return told, said


def tabulate_rest(rest: Ratings) -> pa.Table:
    """The ratings that do not judge, as a table to train on: user, item, rating and time."""
    columns = {
        "user": rest.user_names.take(pa.array(rest.users)),
        "item": rest.item_names.take(pa.array(rest.items)),
        "rating": pa.array(rest.ratings),
    }
    return pa.table(columns if rest.times is None else columns | {"timestamp": pa.array(rest.times)})
