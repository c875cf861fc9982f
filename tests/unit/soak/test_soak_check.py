"""Answers that are as promised, and answers that are not."""

import json

import pytest

from interleaver.interleaving.coins import Lot
from interleaver.interleaving.ranking import Identity
from interleaver.router.tokens.sealing import seal
from tests.soak import lists, settings
from tests.soak.check import Checker, Kind, Wrong, name_author
from tests.soak.soak import make_ring

RING = make_ring()
CHECKER = Checker(settings.EXPERIMENT, settings.RUN, RING)
SLOTS = lists.merge(CHECKER.salt, "u")
BODY = json.dumps({"items": [{"id": slot.item, "by": name_author(slot)} for slot in SLOTS]}).encode()


def seal_token(unit: str = "u", run: bytes = CHECKER.run) -> str:
    items: list[Identity] = [slot.item for slot in SLOTS]
    teams = [slot.team for slot in SLOTS]
    return seal(RING.current, bytes(8), run, Lot(CHECKER.salt, unit).hash, 1, items, teams).decode()


def test_a_merged_list_with_its_token_is_right() -> None:
    shown = CHECKER.check("u", 200, seal_token(), BODY)
    assert (shown.kind, shown.slots) == (Kind.MERGED, SLOTS)


@pytest.mark.parametrize(("model", "kind"), [(lists.CHAMPION, Kind.CHAMPION), (lists.CANDIDATE, Kind.RESCUED)])
def test_a_list_of_one_model_is_right_without_a_token(model: str, kind: Kind) -> None:
    assert CHECKER.check("u", 200, None, lists.render(model, "u")).kind is kind


SHORT = json.dumps({"items": json.loads(BODY)["items"][:-1]}).encode()


@pytest.mark.parametrize(
    ("status", "token", "body"),
    [
        (502, None, b"{}"),
        (200, None, b"garbage"),
        (200, None, b'{"items":[]}'),
        (200, None, BODY),
        (200, None, lists.render(lists.CHAMPION, "another unit")),
        (200, seal_token(), SHORT),
        (200, seal_token(), BODY.replace(b'"candidate"', b'"champion"')),
        (200, seal_token("another unit"), BODY),
        (200, seal_token(run=bytes(8)), BODY),
        (200, seal_token()[:-4] + "AAAA", BODY),
    ],
)
def test_every_other_answer_is_wrong(status: int, token: str | None, body: bytes) -> None:
    with pytest.raises(Wrong):
        CHECKER.check("u", status, token, body)
